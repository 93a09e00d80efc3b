"""The control as a page, for people."""

from tests.billing.fake_stripe.story import charge, customer, saved_card
from tests.fake_stripe_fixture import FakeStripe


def test_it_shows_what_was_paid_and_disputes_it(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    alice = customer(v1)
    paid = charge(v1, alice, saved_card(v1, alice), 2_500)
    page = fake_stripe.http.get("/control/")
    assert paid.id in page.text
    assert "$25.00" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
    done = fake_stripe.http.post("/control/do/act", data={"act": "dispute", "id": paid.id, "amount": "1000"})
    assert done.headers["location"] == "/control/?done=act"
    assert [(each.amount, each.status) for each in v1.disputes.list().data] == [(1_000, "needs_response")]


def test_a_fault_is_ordered_and_shown(fake_stripe: FakeStripe) -> None:
    form = {"fault": "duplicate", "times": "2", "type": "invoice.paid", "option": "copies", "value": "4"}
    fake_stripe.http.post("/control/do/fault", data=form)
    assert fake_stripe.counts()["faults_waiting"] == [
        {"fault": "duplicate", "times": 2, "options": {"copies": "4"}, "type": "invoice.paid"}
    ]
    assert "invoice.paid" in fake_stripe.http.get("/control/").text


def test_what_makes_no_sense_is_said_and_nothing_is_changed(fake_stripe: FakeStripe) -> None:
    for name, form in (
        ("act", {"act": "refund", "id": "<b>pi"}),
        ("fault", {"fault": "quake"}),
        ("advance", {"days": "x"}),
    ):
        answer = fake_stripe.http.post(f"/control/do/{name}", data=form)
        assert answer.status_code == 400
        assert "Nothing was changed" in answer.text
        assert "<b>pi" not in answer.text
    assert fake_stripe.http.post("/control/do/dance", data={}).status_code == 404


def test_events_are_kept_back_the_clock_goes_on_and_all_is_forgotten(fake_stripe: FakeStripe) -> None:
    fake_stripe.point("http://127.0.0.1:9/nobody")
    fake_stripe.http.post("/control/do/hold")
    customer(fake_stripe.client().v1)
    before = fake_stripe.counts()
    assert before["held"] == ["customer.created"]
    fake_stripe.http.post("/control/do/advance", data={"days": "31"})
    assert fake_stripe.counts()["now"] >= before["now"] + 31 * 86_400
    fake_stripe.http.post("/control/do/reset")
    assert fake_stripe.counts()["held"] == []
    assert fake_stripe.client().v1.customers.list().data == []
