"""The cost review in a real browser: readable everywhere; and a month closed, from its statement to its sign-off."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing.models import MonthSignOff, Resolution, ReviewItem
from tests.billing.reconciliation.rows import OCTOBER, line
from tests.billing.views.costs import CSV, an_october, row
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RANGE = "since=2026-10-01&until=2026-10-31"
PAGES = [
    f"/staff/costs/?{RANGE}",
    f"/staff/costs/?{RANGE}&by=workspace",
    f"/staff/costs/attempts/?{RANGE}",
    "/staff/costs/attempts/att_2/",
    "/staff/costs/items/",
    "/staff/costs/statements/",
    "/staff/costs/months/",
    "/staff/costs/months/2026-10/",
]


@pytest.fixture
def sam(credit: Person) -> Person:
    credit.user.is_staff = True
    credit.user.save(update_fields=["is_staff"])
    return credit


@pytest.fixture
def october(sam: Person) -> Person:
    """A month with something wrong at every provider, and its statement of ShortAPI."""
    for number, provider in enumerate(("pixazo", "apikley", "aimlapi", "apipod")):
        for day in range(20):
            line(
                sam.workspace, f"{provider}{day}", minute=int(timedelta(days=day).total_seconds() // 60),
                provider=provider, retail=50_000, reported=40_000 + day * number * 100,
            )  # fmt: skip
    an_october(sam.workspace)
    return sam


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_on_the_staff_can_read_the_costs(window, october, width, scheme):
    inside = window(width=width, scheme=scheme).sign_in(october)
    for path in PAGES:
        page = inside.open(path)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path
        expect(page.locator("h1")).to_have_count(1)


def test_empty_pages_can_be_read_too(window, sam):
    inside = window(width=390).sign_in(sam)
    for path in ("/staff/costs/", "/staff/costs/items/", "/staff/costs/statements/", "/staff/costs/months/"):
        page = inside.open(path)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path


def forms_are_htmxs(page):
    """Wait until htmx has taken over the forms that it put in; for a moment they are plain ones, and work as such."""
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)


def test_a_month_is_closed_from_its_statement_to_its_sign_off(window, sam):
    for number in (1, 2, 3):
        line(sam.workspace, number, minute=number, retail=50_000)
    page = window().sign_in(sam).open("/staff/costs/statements/")
    page.get_by_label("Provider").select_option("shortapi")
    page.get_by_label("Month", exact=True).fill("2026-10")
    content = CSV + row(1) + row(2) + row(3, of=2) + row(4, "0.052", of=3)
    page.get_by_label("CSV or JSON file").set_input_files(
        {"name": "october.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_label("This is all of the month").check()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("4 new lines, 0 known from earlier, 4 matched, 2 items to look into.")).to_be_visible()

    page.get_by_role("link", name="Items").click()
    expect(page.get_by_role("heading", name="2 open items")).to_be_visible()
    page.wait_for_load_state("networkidle")
    rows, evidence = page.locator("[data-queue]"), page.locator("#evidence")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    for place, (choice, ended) in enumerate((("Space", "accepted"), ("ArrowDown", "disputed"))):
        if place:
            page.keyboard.press("j")
            expect(rows.nth(place)).to_be_focused()
        page.keyboard.press("Enter")
        expect(rows.nth(place)).to_have_attribute("aria-current", "true")
        expect(evidence.get_by_role("button", name="Take it")).to_be_visible()
        expect(evidence.get_by_text("Owed by our books")).to_be_visible()
        forms_are_htmxs(page)
        page.keyboard.press("t")
        expect(evidence.get_by_text("You look into it.")).to_be_visible()
        forms_are_htmxs(page)
        for key in ("r", choice, "Tab"):
            page.keyboard.press(key)
        page.keyboard.type("asked them")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(evidence.get_by_text("It is resolved.")).to_be_visible()
        expect(rows.nth(place)).to_contain_text(ended)
    assert set(ReviewItem.objects.values_list("resolution", "owner", "note")) == {
        (Resolution.ACCEPTED, sam.user.id, "asked them"),
        (Resolution.DISPUTED, sam.user.id, "asked them"),
    }

    page.get_by_role("link", name="Months").click()
    page.get_by_role("link", name="October 2026").click()
    expect(page.get_by_text("ready to sign")).to_be_visible()
    page.get_by_label("What you compared").fill("with their invoice of 1 November")
    page.get_by_role("button", name="Sign October 2026 off").click()
    expect(page.get_by_text("October 2026 is signed off.")).to_be_visible()
    assert MonthSignOff.objects.get().month == OCTOBER


def test_without_javascript_an_item_is_resolved_all_the_same(window, october):
    page = window(javascript=False).sign_in(october).open("/staff/costs/items/?kind=over_charged")
    page.get_by_label("Accept").check()
    page.get_by_label("What you found").fill("their new price")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Booked: +$0.012 to shortapi")).to_be_visible()
