"""Many workers see at once that credit is low: one payment, one charge. The controls show the race without guard."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts.ids import new_id
from billing.models import AutoTopUp, Payment, PaymentState
from billing.services.top_up_automatically import START, charge, top_up_automatically
from tests.billing.parallel import together
from tests.billing.stripe.conftest import DOLLAR
from tests.books import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 12
GUARD = "payment_one_automatic_at_a_time"


def test_twelve_workers_at_once_charge_the_card_once(till, alice, give_card, turn_on, credit_of):
    give_card()
    turn_on()
    outcomes = together([partial(top_up_automatically, workspace_id=alice.workspace.id)] * WORKERS)
    assert sorted(map(str, outcomes)) == ["nothing is due"] * (WORKERS - 1) + ["paid"]
    assert len(till.all("payment_intent")) == 1
    assert Payment.objects.filter(purpose="automatic").count() == 1
    assert credit_of().available == 25 * DOLLAR
    assert_books_are_right()


def test_control_without_the_guard_the_card_is_charged_by_each_of_them(till, alice, give_card, turn_on, credit_of):
    """Without the index, and with nobody waiting for the terms, each finds nothing in flight."""
    give_card()
    turn_on(cap=10_000)
    everybody_has_looked = Barrier(WORKERS)

    def unguarded() -> str:
        payment = new_id("pay")
        with transaction.atomic():
            _start(payment, alice.workspace.id)
            everybody_has_looked.wait(timeout=60)
        return charge(Payment.objects.get(id=payment))

    with _without_the_guard():
        outcomes = together([unguarded] * WORKERS)
        assert outcomes == ["paid"] * WORKERS
        assert len(till.all("payment_intent")) == WORKERS > 1
        assert credit_of().available == WORKERS * 25 * DOLLAR


def test_workers_at_once_never_pass_the_months_cap(till, alice, give_card, turn_on, credit_of):
    """Credit stays below the line after each payment, so that only the cap ends it: two of $25 fit into $60."""
    give_card()
    turn_on(threshold=900, amount=25, cap=60)
    for _ in range(3):
        together([partial(top_up_automatically, workspace_id=alice.workspace.id)] * WORKERS)
    assert (len(till.all("payment_intent")), credit_of().available) == (2, 50 * DOLLAR)
    assert_books_are_right()


def test_control_without_waiting_for_the_terms_the_months_cap_is_passed(till, alice, give_card, turn_on, credit_of):
    """The sum of the month is read before the other has paid, and the payment is written after it."""
    give_card()
    turn_on(threshold=900, amount=25, cap=25)
    both_have_read, first_has_paid = Barrier(2), Barrier(2)

    def read_then_write(*, is_first: bool) -> str:
        terms = AutoTopUp.objects.get(workspace_id=alice.workspace.id)
        paid = sum(Payment.objects.filter(purpose="automatic").values_list("amount", flat=True))
        both_have_read.wait(timeout=60)
        if not is_first:
            first_has_paid.wait(timeout=60)
        if paid + terms.amount > terms.monthly_cap:
            return "nothing is due"
        made = Payment.objects.create(workspace=alice.workspace, purpose="automatic", amount=terms.amount)
        outcome = charge(made)
        if is_first:
            first_has_paid.wait(timeout=60)
        return outcome

    outcomes = together([partial(read_then_write, is_first=True), partial(read_then_write, is_first=False)])
    assert outcomes == ["paid", "paid"]
    assert credit_of().available == 50 * DOLLAR > AutoTopUp.objects.get().monthly_cap


def _start(payment: str, workspace: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(START, {"id": payment, "workspace": workspace})
        assert cursor.rowcount == 1


@contextmanager
def _without_the_guard() -> Iterator[None]:
    guard = next(one for one in Payment._meta.constraints if one.name == GUARD)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, guard)
    try:
        yield
    finally:
        # Else the index cannot stand again.
        Payment.objects.filter(state=PaymentState.STARTED).update(state=PaymentState.FAILED)
        with connection.schema_editor() as editor:
            editor.add_constraint(Payment, guard)
