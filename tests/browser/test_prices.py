"""The staff's price book and an edit's receipt in a real browser: wide and on a phone, light and dark."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from billing.ledger import refund
from billing.models import PriceChange, UpstreamPrice, UsageDay
from billing.price_book.amounts import Asked, in_units
from billing.price_book.wishes import PriceWish
from billing.services.ask_change import ask_change
from editor.attempts import AttemptState
from editor.models import Edit, Output
from editor.services.finish_edit import finish_edit
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.conftest import Person, make_user
from tests.editor.rows import make_attempt, make_edit, make_image

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEEDREAM = "seedream-4.5"


@pytest.fixture
def staff(credit: Person) -> Person:
    credit.user.is_staff = True
    credit.user.save(update_fields=["is_staff"])
    return credit


@pytest.fixture
def book(staff: Person) -> Person:
    """A book with credits, a price to come, a large change of somebody else's, and a month of pictures."""
    sue = make_user("sue", is_staff=True)
    UsageDay.objects.create(
        day=timezone.now().date(), workspace=staff.workspace, provider="shortapi", model=SEEDREAM, resolution="2K",
        pictures=1234, expected=46_892_000, booked=46_892_000, retail=58_615_000,
    )  # fmt: skip
    credits_ = in_units(currency="credits", units="12", rate="0.0033")
    later = timezone.now() + timedelta(days=9)
    ask_change(staff=sue, wish=PriceWish("apikley", SEEDREAM, ("2K",), credits_), reason="their page, read today")
    ask_change(
        staff=sue, wish=PriceWish("shortapi", SEEDREAM, ("2K",), Asked(40_000)), reason="announced", valid_from=later
    )
    ask_change(staff=sue, wish=PriceWish("shortapi", SEEDREAM, ("2K",), Asked(380_000)), reason="so it says")
    return staff


@pytest.fixture
def receipt(credit: Person) -> str:
    """An edit that was partly delivered, partly refunded, with a late picture; gives its page's address."""
    edit, now = make_edit(credit.workspace, n=3, held=True), timezone.now()
    refused = make_attempt(edit, AttemptState.REJECTED, n=3, started_at=now, finished_at=now, due_at=None)
    made = make_attempt(
        edit, AttemptState.DELIVERED, n=3, started_at=now, finished_at=now, due_at=None, ticket="job-" + "7f" * 16
    )
    for position, late in enumerate((False, False, True), start=1):
        image = make_image(credit.workspace, is_output=True, project=edit.project, sha256="0f" * 32)
        Output.objects.create(
            edit=edit, attempt=made if not late else refused, image=image, position=position, late=late
        )
    with transaction.atomic():
        finish_edit(Edit.objects.select_for_update().get(id=edit.id))
    refund(reference=edit.id, amount=10_000, key="one", memo="One of them was blurred")
    return reverse("why", args=[edit.project_id, edit.id])


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_on_the_staff_can_read_the_book(window, book, width, scheme):
    page = window(width=width, scheme=scheme).sign_in(book).open(f"/staff/prices/?of=shortapi/{SEEDREAM}/2K")
    assert not scrolls_sideways(page)
    assert serious_findings(page) == []
    expect(page.locator("h1")).to_have_count(1)
    expect(page.get_by_text("1 change waits for a second person")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_a_receipt(window, credit, receipt, width, scheme):
    page = window(width=width, scheme=scheme).sign_in(credit).open(receipt)
    assert not scrolls_sideways(page)
    assert serious_findings(page) == []
    expect(page.get_by_text("2 of 3 pictures arrived in time, and only those were charged.")).to_be_visible()


def test_a_price_is_previewed_changed_and_a_colleagues_approved(window, book):
    page = window().sign_in(book).open("/staff/prices/")
    form = page.get_by_role("form", name="A price")
    form.get_by_label("Size").select_option("2K")
    form.get_by_label("One picture costs").fill("0.039")
    form.get_by_label("Why").fill("their page of today")
    form.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("It is small enough to be made at once.")).to_be_visible()
    expect(page.get_by_text("$46.892 → $48.126").first).to_be_visible()  # 1,234 pictures at 38 and 39 tenths of a cent
    assert serious_findings(page) == []
    page.get_by_role("form", name="A price").get_by_role("button", name="Change the price").click()
    expect(page.get_by_text("The change is made.")).to_be_visible()
    assert UpstreamPrice.objects.filter(amount=39_000, provider="shortapi").count() == 1
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The change is made.")).to_be_visible()
    assert PriceChange.objects.get(what__amount=380_000).approved_by == book.user
