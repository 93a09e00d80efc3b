"""The staff's pages in a real browser: wide and on a phone, light and dark, by keys, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from editor.attempts import AttemptState
from editor.models import ProviderState
from editor.services.raise_alert import BREAKER, LOST, UNKNOWN, raise_alert
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.conftest import Person
from tests.editor.rows import make_attempt, make_edit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/staff/", "/staff/providers/", "/staff/unknown/"]


@pytest.fixture
def staff(credit: Person) -> Person:
    credit.user.is_staff = True
    credit.user.save(update_fields=["is_staff"])
    return credit


@pytest.fixture
def busy(staff: Person) -> Person:
    """Something on every page: troubles, an open breaker, a disabled provider, unknown and lost orders."""
    now = timezone.now()
    rows = ProviderState.objects.filter
    rows(name="shortapi").update(median_seconds=4.5, p95_seconds=11.2, success_rate=0.987)
    rows(name="pixazo").update(open_until=now + timedelta(minutes=4), open_code="failing", open_reason="HTTP 502 " * 9)
    rows(name="apipod").update(disabled_at=now, disabled_by=staff.user, disabled_reason="Their bill is wrong")
    edit = make_edit(staff.workspace, held=True)
    message = "the connection broke after the request was sent"
    unknown = make_attempt(
        edit, AttemptState.UNKNOWN, started_at=now, payload_sha256="0f" * 32, due_at=None, error_message=message
    )
    lost = make_attempt(
        make_edit(staff.workspace), AttemptState.LOST, provider="aimlapi", finished_at=now, error_message=message
    )
    raise_alert(kind=UNKNOWN, subject=unknown.id, message="shortapi: for minutes nobody has known")
    raise_alert(kind=LOST, subject=lost.id, message="aimlapi: $0.038 may be owed for no picture")
    raise_alert(kind=BREAKER, subject="pixazo", message="pixazo: ten of twenty orders failed")
    return staff


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_on_the_staff_can_read_the_pages(window, busy, width, scheme):
    inside = window(width=width, scheme=scheme).sign_in(busy)
    for path in PAGES:
        page = inside.open(path)
        for deed in page.locator("details.deed > summary").all():
            deed.click()
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path
        expect(page.locator("h1")).to_have_count(1)


def test_empty_pages_can_be_read_too(window, staff):
    inside = window(width=390).sign_in(staff)
    for path in PAGES:
        page = inside.open(path)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path


def test_a_provider_is_disabled_by_keys_alone(window, staff):
    page = window().sign_in(staff).open("/staff/providers/")
    page.get_by_text("Disable pixazo").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Their bill is wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing new goes to pixazo until it is enabled.")).to_be_visible()
    assert ProviderState.objects.get(name="pixazo").disabled_reason == "Their bill is wrong"


def test_figures_come_by_themselves_and_leave_what_is_typed(window, staff):
    page = window().sign_in(staff).open("/staff/providers/")
    page.get_by_text("Disable pixazo").click()
    page.locator("#reason-pixazo").fill("half a sent")
    ProviderState.objects.filter(name="pixazo").update(median_seconds=7.25)
    expect(page.locator("#now-pixazo")).to_contain_text("7.2 s")
    expect(page.locator("#reason-pixazo")).to_have_value("half a sent")
    expect(page.locator("#reason-pixazo")).to_be_focused()


def test_an_open_list_says_that_it_has_changed(window, staff):
    page = window().sign_in(staff).open("/staff/")
    raise_alert(kind=BREAKER, subject="pixazo", message="pixazo: ten of twenty orders failed")
    page.get_by_role("link", name="Show it as it is now").click()
    expect(page.get_by_role("heading", name="1 open alert")).to_be_visible()


def test_without_javascript_a_deed_is_done_all_the_same(window, busy):
    page = window(javascript=False).sign_in(busy).open("/staff/unknown/")
    page.locator("summary", has_text="Give it up now").click()
    page.get_by_label("Why").fill("The customer waits")
    page.get_by_role("button", name="Give it up now").click()
    expect(page.get_by_text("Given up. The customer was not charged")).to_be_visible()
    expect(page.get_by_role("heading", name="0 unknown, 2 lost")).to_be_visible()
