"""Paying, by clicking through Stripe's pages as the fake has them."""

from copy import deepcopy

import pytest
from playwright.sync_api import Page, expect

from billing.facade import balance
from billing.models import AutoTopUp, ParkedItem, Payment
from billing.services.start_top_up import start_top_up
from tests.accounts.cast import by
from tests.billing.stripe.till import run_tasks
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.browser.test_frame import only_status
from tests.conftest import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/billing/top-up/", "/billing/plans/", "/billing/automatic/", "/billing/payments/"]
ASKS, REFUSES = "4000 0027 6000 3184", "4000 0000 0000 0002"


@pytest.fixture(autouse=True)
def shop(till, settings, live_server):
    """Stripe's pages may be gone to, and lead back here."""
    settings.PUBLIC_BASE_URL = live_server.url
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = [*policy["DIRECTIVES"]["form-action"], till.shop.address]
    settings.CONTENT_SECURITY_POLICY = policy
    return till


def to_checkout(page: Page, amount: str = "$25.00") -> None:
    page.get_by_text(amount, exact=True).click()
    page.get_by_role("button", name="Pay at Stripe").click()
    expect(page.get_by_role("heading", name="Pay $")).to_be_visible()


def test_alice_tops_up_at_the_checkout_and_sees_it_arrive(window, alice, till):
    page = window().sign_in(alice).open("/billing/top-up/")
    to_checkout(page)
    page.get_by_text("the bank pays").first.click()
    page.get_by_role("button", name="Pay $25.00").click()
    expect(page.get_by_text("Stripe is confirming the payment")).to_be_visible()
    till.tell()
    expect(page.get_by_text("$25.00 of credit was added")).to_be_visible()
    assert balance(alice.workspace.id).available == 25_000_000
    expect(page.get_by_role("link", name="Receipt at Stripe")).to_be_visible()


def test_an_own_amount_a_refused_card_and_one_whose_bank_asks(window, alice, till):
    hers = window(width=390).sign_in(alice)
    page = hers.open("/billing/top-up/")
    page.get_by_label("Another amount, in dollars").fill("7.50")
    to_checkout(page, "Another amount")
    page.get_by_text(REFUSES).click()
    page.get_by_role("button", name="Pay $7.50").click()
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    page.get_by_text(ASKS).click()
    page.get_by_role("button", name="Pay $7.50").click()
    page.get_by_role("button", name="Yes, confirm it").click()
    till.tell()
    expect(page.get_by_text("$7.50 of credit was added")).to_be_visible()
    assert balance(alice.workspace.id).available == 7_500_000
    only_status(hers, 402)  # the browser's note of the refused card


def test_who_leaves_the_checkout_has_paid_nothing(window, alice, till):
    page = window(javascript=False).sign_in(alice).open("/billing/top-up/")
    to_checkout(page)
    page.get_by_role("link", name="Cancel and go back").click()
    expect(page.get_by_text("You left before paying. Nothing was charged.")).to_be_visible()


def test_a_plan_is_chosen_and_its_credit_arrives(window, alice, till):
    page = window().sign_in(alice).open("/billing/plans/")
    page.get_by_role("button", name="Choose Studio").click()
    page.get_by_role("button", name="Subscribe").click()
    till.tell()
    expect(page.get_by_text("$49.00 a month for $55.00 of credit.")).to_be_visible()
    assert balance(alice.workspace.id).available == 55_000_000


def test_a_card_is_saved_and_automatic_top_ups_turned_on(window, alice, till):
    page = window().sign_in(alice).open("/billing/automatic/")
    page.get_by_role("button", name="Save a card at Stripe").click()
    page.get_by_role("button", name="Save card").click()
    run_tasks()
    page.reload()
    expect(page.get_by_text("Visa …4242")).to_be_visible()
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Automatic top-ups are on.")).to_be_visible()
    assert AutoTopUp.objects.get().is_on is True


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_pages_fit_and_are_accessible(window, alice, till, width, scheme):
    start_top_up(workspace_id=alice.workspace.id, amount=25_000_000, keep_card=True, by=by(alice.user))
    till.pay(Payment.objects.get().session)
    till.tell()
    hers = window(width=width, scheme=scheme).sign_in(alice)
    for path in [*PAGES, f"/billing/payments/{Payment.objects.get().id}/"]:
        page = hers.open(path)
        assert serious_findings(page) == []
        assert not scrolls_sideways(page)
        page.close()


def test_staff_see_what_is_parked(window, till, alice):
    sam = make_user("sam", is_staff=True)
    ParkedItem.objects.create(stripe_id="pi_1", why="It names another workspace.", facts={"cents": 2500})
    start_top_up(workspace_id=alice.workspace.id, amount=25_000_000, keep_card=True, by=by(alice.user))
    till.pay(Payment.objects.get().session)
    till.tell()
    for width in (1440, 390):
        page = window(width=width).sign_in(type(alice)(sam, alice.workspace, "")).open("/staff/payments/")
        expect(page.get_by_text("It names another workspace.")).to_be_visible()
        assert serious_findings(page) == []
        assert not scrolls_sideways(page)
