"""The pages of payments: what each shows, what each refuses, and that money is managed by whoever may."""

import pytest
from django.test import Client

from accounts.models import Membership
from accounts.permissions import Role
from billing.models import AutoTopUp, ParkedItem, Payment, PaymentState, Plan, Purpose, Subscription
from billing.services.settle_payment import settle_payment
from tests.accounts.cast import member
from tests.accounts.doors import browser_of, enter_as_staff
from tests.billing.stripe.conftest import DOLLAR
from tests.billing.stripe.till import run_tasks
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
PAGES = ["/billing/top-up/", "/billing/plans/", "/billing/automatic/", "/billing/payments/"]


@pytest.fixture
def browser(alice) -> Client:
    return browser_of(alice.user)


def text(answer) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_without_a_key_each_page_says_that_credit_is_granted_by_staff(browser, settings, page):
    settings.STRIPE_SECRET_KEY = ""
    assert "Pentimento runs on credit that its staff grant" in text(browser.get(page))


@pytest.mark.parametrize("act", ["/billing/top-up/", "/billing/plans/", "/billing/portal/", "/billing/automatic/card/"])
def test_without_a_key_no_act_goes_anywhere(browser, settings, act):
    settings.STRIPE_SECRET_KEY = ""
    answer = browser.post(act, {"pack": "25.00", "plan": "studio", "token": "t"})
    assert answer.status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("form", "cents"),
    [
        ({"pack": "25.00"}, 2500),
        ({"pack": "own", "amount": "7.50"}, 750),
        ({"pack": "own", "amount": "$1,000"}, 100_000),
    ],
)
def test_a_top_up_leads_to_stripe(till, browser, form, cents):
    answer = browser.post("/billing/top-up/", form)
    assert answer.status_code == 303
    (session,) = till.all("checkout.session")
    assert (answer["Location"], session["amount_total"]) == (session["url"], cents)
    assert Payment.objects.get().amount == cents * 10_000


@pytest.mark.parametrize("amount", ["", "0", "-1", "4.99", "1000.01", "1e3", "NaN", "9" * 30, "5.001", "٥", "0.1+0.2"])
def test_a_bad_amount_is_named_and_nothing_is_kept(till, browser, amount):
    """Scenario 10, for people."""
    answer = browser.post("/billing/top-up/", {"pack": "own", "amount": amount})
    assert answer.status_code == 422
    assert 'id="amount-error"' in text(answer)
    assert "Nothing was charged." in text(answer)
    assert (Payment.objects.count(), till.asked()) == (0, 0)


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("-1", "An amount of dollars cannot be negative. Nothing was charged."),
        ("5.0000001", "An amount of dollars has at most six decimals. Nothing was charged."),
        ("1e3", "Not an amount of dollars such as 25.00: "),
    ],
)
def test_what_is_wrong_with_an_amount_is_said_in_a_sentence(till, browser, amount, says):
    assert f">{says}" in text(browser.post("/billing/top-up/", {"pack": "own", "amount": amount}))


@pytest.mark.parametrize(("markup", "is_said"), [(220_000, True), (250_000, False), (300_000, False), (None, False)])
def test_a_plan_is_called_cheaper_only_where_it_is(till, browser, markup, is_said):
    Plan.objects.exclude(code="studio").delete()
    Plan.objects.update(markup_ppm=markup)
    assert ("pictures at a lower price" in text(browser.get("/billing/plans/"))) is is_said


def test_while_stripe_is_away_the_page_says_so(till, browser):
    till.order("drop", times=None)
    answer = browser.post("/billing/top-up/", {"pack": "25.00"})
    assert answer.status_code == 503
    assert "Stripe does not answer at the moment. Nothing was charged" in text(answer)


def test_who_comes_back_from_paying_sees_it_arrive_without_a_webhook(till, browser, start):
    payment = start(25)
    address = f"/billing/payments/{payment.id}/"
    assert "every 2s" in text(browser.get(address))
    till.pay(payment.session)
    run_tasks()
    fragment = text(browser.get(address, headers={"HX-Request": "true"}))
    assert "$25.00 of credit was added" in fragment
    assert "every 2s" not in fragment
    assert "<html" not in fragment


def test_who_left_the_checkout_is_told_that_nothing_was_charged(till, browser, start):
    payment = start(25)
    page = text(browser.get(f"/billing/payments/{payment.id}/?left=1"))
    assert "You left before paying. Nothing was charged." in page
    assert "every 2s" not in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PaymentState.PARKED, "Our staff are looking at it"),
        (PaymentState.NEEDS_ACTION, "it cannot be charged any more. Pay at Stripe"),
        (PaymentState.FAILED, "nothing was charged. Too bad."),
    ],
)
def test_each_state_is_said_in_words(till, browser, alice, state, said):
    payment = Payment.objects.create(
        workspace=alice.workspace, purpose=Purpose.AUTOMATIC, amount=25 * DOLLAR, state=state, why="Too bad."
    )
    assert said in text(browser.get(f"/billing/payments/{payment.id}/"))


def test_payments_are_listed_with_receipts_and_what_went_back(till, browser, paid):
    payment = paid(25)
    till.act("refund", payment.intent, amount=500)
    settle_payment(intent_id=payment.intent)
    page = text(browser.get("/billing/payments/"))
    assert "$25.00" in page
    assert payment.receipt_url in page
    assert "$5.00 refunded" in page
    assert "partly refunded" in page


def test_a_plan_is_chosen_shown_and_changed_at_the_portal(till, browser):
    page = text(browser.get("/billing/plans/"))
    assert all(name in page for name in Plan.objects.values_list("name", flat=True))
    answer = browser.post("/billing/plans/", {"plan": "studio", "token": "t"})
    assert answer.status_code == 303
    till.pay(till.all("checkout.session")[0]["id"])
    browser.get("/billing/plans/?chosen=" + till.all("checkout.session")[0]["id"])
    till.tell()
    assert Subscription.objects.get().plan_id == "studio"
    assert "Change or end it at Stripe" in text(browser.get("/billing/plans/"))
    assert browser.post("/billing/portal/").status_code == 303


@pytest.mark.parametrize("made_up", ["cs_nowhere", "../../x", "cs_" + "x" * 400, "evt_1", ""])
def test_a_made_up_session_in_an_address_does_no_harm(till, browser, made_up):
    for page in ("/billing/plans/?chosen=", "/billing/automatic/?card="):
        assert browser.get(page + made_up).status_code == 200
        run_tasks()
    assert not ParkedItem.objects.exists()


def test_automatic_top_ups_are_turned_on_and_off(till, browser, paid):
    paid(10, keep_card=True)
    terms = {"threshold": "5", "amount": "25", "monthly_cap": "100"}
    answer = browser.post("/billing/automatic/", terms, follow=True)
    assert "Automatic top-ups are on." in text(answer)
    assert AutoTopUp.objects.get().is_on is True
    assert "Automatic top-ups are off." in text(browser.post("/billing/automatic/stop/", follow=True))
    assert AutoTopUp.objects.get().is_on is False


@pytest.mark.parametrize("field", ["threshold", "amount", "monthly_cap"])
def test_a_bad_field_of_the_terms_is_named_and_what_was_typed_stays(till, browser, paid, field):
    paid(10, keep_card=True)
    terms = {"threshold": "5", "amount": "25", "monthly_cap": "100", field: "nonsense"}
    answer = browser.post("/billing/automatic/", terms)
    assert answer.status_code == 422
    assert "nonsense" in text(answer)
    assert not AutoTopUp.objects.exists()


def test_an_editor_sees_what_was_paid_and_cannot_pay_a_viewer_sees_nothing(till, alice, bob, paid):
    payment = paid(25)
    editor = Client()
    editor.force_login(bob.user)
    page = text(editor.get("/billing/payments/"))
    assert "$25.00" in page
    assert "portal" not in page
    assert editor.get(f"/billing/payments/{payment.id}/").status_code == 200
    assert editor.get("/billing/top-up/").status_code == 403
    viewer = Client()
    viewer.force_login(member(alice.workspace, "vera", Role.VIEWER))
    assert viewer.get("/billing/payments/").status_code == 403


def test_mallory_cannot_look_at_or_pay_alices_payment(till, alice, mallory, paid):
    payment = paid(25)
    browser = Client()
    browser.force_login(mallory.user)
    assert browser.get(f"/billing/payments/{payment.id}/").status_code == 404
    assert browser.post(f"/billing/payments/{payment.id}/again/").status_code == 404
    assert not Membership.objects.filter(workspace=alice.workspace, user=mallory.user).exists()


@pytest.fixture
def staff() -> Client:
    client = Client()
    enter_as_staff(client, make_user("sam", is_staff=True))
    return client


def test_staff_see_what_does_not_fit_and_take_it_off_the_list(till, staff):
    ParkedItem.objects.create(stripe_id="pi_1", why="It names another workspace.", facts={"cents": 1})
    assert "It names another workspace." in text(staff.get("/staff/payments/"))
    assert staff.post("/staff/payments/resolve/", {"item": "pi_1", "note": ""}).status_code == 422
    assert staff.post("/staff/payments/resolve/", {"item": "pi_1", "note": "refunded \x00by hand"}).status_code == 302
    assert "Stripe and our books agree" in text(staff.get("/staff/payments/"))
    assert staff.post("/staff/payments/resolve/", {"item": "pi_1", "note": "refunded by hand"}).status_code == 404


@pytest.mark.django_db(transaction=True)  # whose transfers are checked as the request commits
def test_staff_find_a_payment_and_pay_it_back(till, staff, paid, credit_of):
    payment = paid(25)
    assert payment.id in text(staff.get("/staff/payments/", {"q": payment.intent}))
    assert "There is no payment like that" in text(staff.get("/staff/payments/", {"q": "nobody's"}))
    refund = f"/staff/payments/{payment.id}/refund/"
    assert staff.post(refund, {"amount": "26", "reason": "bought by mistake", "key": "rev_1"}).status_code == 422
    assert credit_of().available == 25 * DOLLAR
    assert staff.post(refund, {"amount": "10", "reason": "bought by mistake"}).status_code == 404
    for _ in range(2):  # pressed twice
        answer = staff.post(refund, {"amount": "10", "reason": "bought by mis\x00take", "key": "rev_2"}, follow=True)
        assert "It is on its way to the card." in text(answer)
    assert (credit_of().available, len(till.all("refund"))) == (15 * DOLLAR, 1)


def test_of_a_payment_that_is_disputed_whole_no_refund_is_offered(till, staff, alice):
    payment = Payment.objects.create(
        workspace=alice.workspace, amount=25 * DOLLAR, purpose=Purpose.TOP_UP, state=PaymentState.SUCCEEDED,
        intent="pi_1",
    )  # fmt: skip
    refund = f"/staff/payments/{payment.id}/refund/"
    assert refund in text(staff.get("/staff/payments/"))
    Payment.objects.update(disputed=25 * DOLLAR)
    assert refund not in text(staff.get("/staff/payments/"))
