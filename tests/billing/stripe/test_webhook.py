"""The door where Stripe posts: what is signed for us and now is stored once, all else leaves nothing (scenario 107)."""

import json
import time

import pytest
from django.test import Client
from django_q.models import OrmQ

from billing.fake_stripe.signing import signature
from billing.models import StripeEvent, Transfer
from billing.services.receive_event import receive_event
from tests.billing.parallel import together
from tests.billing.stripe.till import SECRET, run_tasks

pytestmark = pytest.mark.django_db
EVENT = {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_1", "amount": 9}}}
OLD, NEW = "whsec_the_old_one", "whsec_the_new_one"


def nothing_is_kept() -> bool:
    return not StripeEvent.objects.exists() and not OrmQ.objects.exists() and not Transfer.objects.exists()


def test_a_signed_event_is_stored_as_it_came_and_a_task_waits(till):
    assert till.post(EVENT) == 204
    event = StripeEvent.objects.get()
    assert (event.id, event.type, event.object_id, event.body) == ("evt_1", "payment_intent.succeeded", "pi_1", EVENT)
    assert event.handled_at is None
    assert [(task.task["func"], task.task["args"]) for task in OrmQ.objects.all()] == [
        ("billing.tasks.stripe_event", ("evt_1",))
    ]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=",
        "nonsense",
        "t=x,v1=y",
        "v1=" + "0" * 64,
        "t=" + "9" * 400 + ",v1=" + "0" * 64,
        "t=1,v1=\xe9",
        "t=,v1=,t=",
        "=,=",
    ],
)
def test_a_header_that_signs_nothing_is_refused(till, header):
    assert till.post(EVENT, header=header) == 400
    assert nothing_is_kept()


@pytest.mark.parametrize("seconds", [-86_400, -301, 302, 86_400])
def test_an_event_signed_too_early_or_too_late_is_refused(till, seconds):
    assert till.post(EVENT, at=int(time.time()) + seconds) == 400
    assert nothing_is_kept()


@pytest.mark.parametrize("seconds", [-290, 290])
def test_clocks_may_differ_by_less_than_five_minutes(till, seconds):
    assert till.post(EVENT, at=int(time.time()) + seconds) == 204


def test_another_secret_is_refused(till):
    body = json.dumps(EVENT, indent=2).encode()
    assert till.post(EVENT, header=signature(body, secret="whsec_of_somebody_else", at=int(time.time()))) == 400
    assert nothing_is_kept()


def test_a_body_that_was_written_anew_is_refused(till):
    assert till.post(EVENT, body=json.dumps(EVENT).encode()) == 400
    assert nothing_is_kept()


def test_while_secrets_change_both_are_good_and_afterwards_only_the_new_one(till, settings):
    settings.STRIPE_WEBHOOK_SECRETS = (OLD, NEW)
    body = json.dumps(EVENT, indent=2).encode()
    signed = {secret: signature(body, secret=secret, at=int(time.time())) for secret in (OLD, NEW)}
    assert [till.post(EVENT, header=signed[secret]) for secret in (OLD, NEW)] == [204, 204]
    settings.STRIPE_WEBHOOK_SECRETS = (NEW,)
    assert [till.post(EVENT, header=signed[secret]) for secret in (OLD, NEW)] == [400, 204]
    assert StripeEvent.objects.count() == 1


def test_without_a_secret_nothing_is_taken(till, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ()
    assert till.post(EVENT) == 400
    assert nothing_is_kept()


@pytest.mark.parametrize("event", [[], "x", {}, {"id": 1}, {"id": "", "type": "x", "data": {"object": {"id": "y"}}},
                                   {"id": "e" * 256, "type": "x", "data": {"object": {"id": "y"}}},
                                   {"id": "e", "type": "x", "data": {"object": {}}}])  # fmt: skip
def test_what_is_signed_and_no_event_is_refused(till, event):
    assert till.post(event) == 400
    assert nothing_is_kept()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null"])
def test_signed_bytes_that_are_no_json_are_refused(till, body):
    sent = signature(body, secret=SECRET, at=int(time.time()))
    assert till.post(EVENT, body=body, header=sent) == 400
    assert nothing_is_kept()


def test_a_nul_is_left_out_and_in_an_id_it_is_refused(till):
    assert till.post({**EVENT, "note": "a\x00b"}) == 204
    assert StripeEvent.objects.get().body["note"] == "ab"
    assert till.post({**EVENT, "id": "evt_\x00"}) == 400
    assert StripeEvent.objects.count() == 1


def test_64_kib_are_taken_and_one_byte_more_is_not(till):
    size = len(json.dumps({**EVENT, "note": ""}, indent=2))
    assert till.post({**EVENT, "note": "x" * (65_536 - size)}) == 204
    assert till.post({**EVENT, "id": "evt_2", "note": "x" * (65_537 - size)}) == 413
    assert list(StripeEvent.objects.values_list("id", flat=True)) == ["evt_1"]


def test_the_door_is_only_posted_to_and_asks_for_no_token_of_a_form(till):
    assert Client(enforce_csrf_checks=True).get("/stripe/webhook").status_code == 405
    till.payer = Client(enforce_csrf_checks=True)
    assert till.post(EVENT) == 204


def test_an_event_of_no_interest_is_stored_and_done(till):
    till.tell({**EVENT, "type": "price.created"})
    assert StripeEvent.objects.get().outcome == "of no interest"


def test_an_event_of_what_is_not_at_stripe_is_parked(till):
    till.tell(EVENT)
    event = StripeEvent.objects.get()
    assert event.outcome == "parked: An event payment_intent.succeeded of something that is not at Stripe."
    assert event.handled_at is not None


def test_while_stripe_does_not_answer_an_event_stays_due(till, start):
    payment = start(10)
    till.pay(payment.session)
    till.order("error_500", times=None)
    till.tell(*till.of("payment_intent.succeeded"))
    event = StripeEvent.objects.get()
    assert (event.handled_at, event.tries, event.outcome) == (None, 1, "")
    till.heal()
    till.tell(*till.of("checkout.session.completed"))


@pytest.mark.django_db(transaction=True)
def test_the_same_event_50_times_at_once_is_stored_once_and_granted_once(till, start, credit_of):
    """Scenario 5."""
    payment = start(25)
    till.pay(payment.session)
    (event,) = till.of("payment_intent.succeeded")
    body = json.dumps(event).encode()
    header = signature(body, secret=SECRET, at=int(time.time()))
    done = together([lambda: receive_event(body=body, signature=header)] * 50)
    assert sorted(map(bool, done)) == [False] * 49 + [True]
    assert (StripeEvent.objects.count(), OrmQ.objects.count()) == (1, 1)
    run_tasks()
    assert credit_of().available == 25_000_000
