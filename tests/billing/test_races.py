"""Races for money: whoever wins, it is spent once. The control shows that these races do happen."""

from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from django.db import transaction
from django.utils import timezone

from billing.errors import HoldClosed, InsufficientCredit
from billing.facade import Balance, Booked, Closed, Held, balance, capture, record_cost, release
from billing.invariants import violations
from billing.ledger import grant, hold
from billing.models import Account, CostLine, Entry, Hold, Transfer, UsageDay
from tests.billing.costs.rows import COST, facts
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = 47_500
THREADS = 25


@pytest.fixture
def wallet(alice: Person):
    """Alice's workspace with credit for exactly ten pictures."""
    grant(workspace_id=alice.workspace.id, amount=10 * UNIT, key="ten pictures")
    return alice.workspace.id


def _race_for(wallet: str, hold_one: Callable[..., object]) -> list[Exception | None]:
    """Try a hundred holds, 25 at a time, and give what each came to: None or an error."""

    outcomes: list[Exception | None] = []

    def four(thread: int) -> None:
        for turn in range(4):
            try:
                hold_one(workspace_id=wallet, reference=f"edt_{thread}_{turn}", amount=UNIT)
                outcomes.append(None)
            except InsufficientCredit as refusal:
                outcomes.append(refusal)

    assert together([partial(four, thread) for thread in range(THREADS)]) == [None] * THREADS
    return outcomes


def test_of_a_hundred_holds_with_credit_for_ten_exactly_ten_succeed(wallet: str):
    outcomes = _race_for(wallet, hold)
    assert outcomes.count(None) == 10
    assert sum(isinstance(outcome, InsufficientCredit) for outcome in outcomes) == 90
    assert balance(wallet) == Balance(available=0, held=10 * UNIT, spent=0)
    assert Hold.objects.count() == 10
    assert_books_are_right()


def test_control_reading_before_writing_would_overspend(wallet: str):
    everybody_has_read = Barrier(THREADS)

    def read_then_write(*, workspace_id: str, reference: str, amount: int) -> None:
        with transaction.atomic():
            account = Account.objects.get(kind="wallet", workspace_id=workspace_id)
            if reference.endswith("_0"):
                everybody_has_read.wait(timeout=60)
            if account.posted - account.held < amount:
                raise InsufficientCredit(needed=amount, available=account.posted - account.held)
            Account.objects.filter(id=account.id).update(held=account.held + amount)
            Hold.objects.create(reference=reference, account=account, amount=amount, expires_at=timezone.now())

    outcomes = _race_for(wallet, read_then_write)
    assert outcomes.count(None) >= THREADS > 10
    assert "I3 an account has on hold what its open holds sum to" in {found.invariant for found in violations()}


def test_capture_and_release_at_the_same_instant_close_a_hold_once(wallet: str):
    edits = [f"edt_{number}" for number in range(10)]
    for edit in edits:
        hold(workspace_id=wallet, reference=edit, amount=UNIT)
    outcomes = {
        edit: together([partial(capture, reference=edit, amount=UNIT), partial(release, reference=edit)])
        for edit in edits
    }
    for edit, outcome in outcomes.items():
        closed = Hold.objects.get(reference=edit).state
        refused = outcome[1] if closed == "captured" else outcome[0]
        assert isinstance(refused, HoldClosed)
        assert sum(isinstance(one, Closed) for one in outcome) == 1
    captured = Hold.objects.filter(state="captured").count()
    assert balance(wallet) == Balance(available=(10 - captured) * UNIT, held=0, spent=captured * UNIT)
    assert_books_are_right()


def test_the_same_capture_by_many_at_once_takes_once(wallet: str):
    hold(workspace_id=wallet, reference="edt_1", amount=2 * UNIT)
    outcomes = together([partial(capture, reference="edt_1", amount=UNIT)] * 10)
    assert outcomes.count(None) == 9
    assert Closed(amount=2 * UNIT, captured=UNIT, budgets=()) in outcomes
    assert balance(wallet) == Balance(available=9 * UNIT, held=0, spent=UNIT)
    assert Transfer.objects.filter(kind="capture").count() == 1
    assert_books_are_right()


def test_the_same_hold_by_many_at_once_holds_once(wallet: str):
    outcomes = together([partial(hold, workspace_id=wallet, reference="edt_1", amount=UNIT)] * 10)
    assert outcomes.count(None) == 9
    assert Held(available=9 * UNIT, low=None, top_up=False) in outcomes
    assert balance(wallet) == Balance(available=9 * UNIT, held=UNIT, spent=0)
    assert_books_are_right()


def test_the_same_first_grant_by_many_at_once_gives_once(alice: Person):
    give = partial(grant, workspace_id=alice.workspace.id, amount=UNIT, key="welcome")
    assert together([give] * 10).count(True) == 1
    assert balance(alice.workspace.id) == Balance(available=UNIT, held=0, spent=0)
    assert Account.objects.count() == 3
    assert_books_are_right()


def test_the_same_cost_by_many_at_once_is_booked_once(alice: Person):
    book = partial(record_cost, facts(alice.workspace.id), certain=True)
    assert together([book] * 10) == [Booked(COST, certain=True)] * 10
    assert (Entry.objects.count(), CostLine.objects.count(), UsageDay.objects.get().attempts) == (2, 1, 1)
    assert_books_are_right()


def test_many_edits_at_once_on_one_wallet_end_with_exact_totals(wallet: str):
    def one(number: int) -> None:
        hold(workspace_id=wallet, reference=f"edt_{number}", amount=UNIT)
        if number % 2:
            capture(reference=f"edt_{number}", amount=UNIT - number)
        else:
            release(reference=f"edt_{number}")

    assert together([partial(one, number) for number in range(10)]) == [None] * 10
    spent = 5 * UNIT - (1 + 3 + 5 + 7 + 9)
    assert balance(wallet) == Balance(available=10 * UNIT - spent, held=0, spent=spent)
    assert_books_are_right()
