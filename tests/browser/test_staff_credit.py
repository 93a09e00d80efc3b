"""The staff's page of credit in a real browser: wide and on a phone, light and dark, and by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from billing.facade import balance
from billing.ledger import grant
from billing.models import Transfer
from billing.services.ask_correction import ask_correction
from billing.services.refund_charge import refund_charge
from tests.billing.views.money import charge
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.conftest import Person, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOLLAR = 1_000_000


@pytest.fixture
def staff(alice: Person) -> Person:
    """Alice is on the staff; her workspace was given 75 dollars, which Sue wants to take back, and charged one."""
    alice.user.is_staff = True
    alice.user.save(update_fields=["is_staff"])
    sue = make_user("sue", is_staff=True)
    grant(workspace_id=alice.workspace.id, amount=75 * DOLLAR, key="twice")
    grant(workspace_id=alice.workspace.id, amount=3 * DOLLAR, key="once", memo="An apology")
    charge(alice.workspace, "edt_1", DOLLAR)
    refund_charge(edit="edt_1", amount=100_000, key="rfd_1", reason="It was a little dark", by=sue)
    for key, reason in (("grant:twice", "It was booked twice; see ticket 4711"), ("grant:once", "W" * 500)):
        ask_correction(transfer_id=Transfer.objects.get(key=key).id, reason=reason, asked_by=sue)
    return alice


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_it_fits_and_is_accessible(window, staff, width, scheme):
    hers = window(width=width, scheme=scheme).sign_in(staff)
    for query in ("", "?q=edt_1", f"?q={staff.workspace.id}", "?q=edt_none"):
        page = hers.open(f"/staff/credit/{query}")
        for summary in page.locator("main details > summary").all():
            summary.click()
        assert serious_findings(page) == []
        assert not scrolls_sideways(page)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator(".tabs").first.get_by_role("link", name="Credit", exact=True)).to_be_in_viewport()
        page.close()


def test_a_charge_is_given_back_by_the_keyboard_alone(window, staff):
    page = window(width=390).sign_in(staff).open("/staff/credit/")
    page.get_by_label("Id of an edit, payment, ledger entry or workspace").press_sequentially("edt_1")
    page.keyboard.press("Enter")
    page.get_by_label("Give back, in dollars").press_sequentially("0.90")
    page.keyboard.press("Tab")
    page.keyboard.type("It was black")
    page.keyboard.press("Enter")
    expect(page.get_by_text("All of it was given back.")).to_be_visible()
    assert balance(staff.workspace.id).spent == 0
    page.get_by_role("button", name="Approve and book").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is put right.")).to_be_visible()
    assert balance(staff.workspace.id).available == 0
