"""Movements in any order, with repetitions, against a plain model that cannot be wrong, on real commits."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Workspace
from billing.errors import (
    BillingError,
    CaptureAboveHold,
    HoldClosed,
    HoldExpired,
    InsufficientCredit,
    MovementConflict,
    Owes,
    RefundAboveCharge,
    UnknownHold,
)
from billing.facade import Balance, balance, capture, record_cost, release
from billing.ledger import add_credit, collect, expire_hold, expire_lot, grant, hold, refund, take_back
from billing.models import Hold, Lot, Payment, TransferKind
from tests.billing.costs.rows import facts
from tests.billing.ledger.books import ago
from tests.books import assert_books_are_right

amounts = st.integers(1, 100)
names = st.integers(1, 4)
runs = count()
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Model:
    """What a wallet is, said simply: in all, what was put in, taken out, set aside, and is owed."""

    posted: int = 0
    owed: int = 0
    spent: int = 0
    done: dict[str, object] = field(default_factory=dict)  # what was asked for under each key
    holds: dict[int, int] = field(default_factory=dict)
    closed: dict[int, int | None] = field(default_factory=dict)  # what was taken; None when it ran out
    refunded: Counter[int] = field(default_factory=Counter)

    @property
    def held(self) -> int:
        return sum(amount for name, amount in self.holds.items() if name not in self.closed)

    @property
    def balance(self) -> Balance:
        return Balance(available=self.posted - self.held, held=self.held, spent=self.spent, owed=self.owed)

    def give(self, amount: int) -> None:
        paid = min(self.owed, amount)
        self.owed, self.posted = self.owed - paid, self.posted + amount - paid

    def take(self, amount: int) -> int:
        taken = min(self.posted - self.held, amount)
        self.posted -= taken
        return amount - taken

    def once(self, key: str, content: object) -> type[Exception] | bool:
        """Say what comes of a key: True for new, False for the same again, an error for something else."""
        if key not in self.done:
            self.done[key] = content
            return True
        return False if self.done[key] == content else MovementConflict


def _outcome(movement: Callable[[], object]) -> type[Exception] | None:
    try:
        movement()
    except BillingError as error:
        return type(error)
    return None


class Ledger(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.run = next(runs)
        self.workspace = Workspace.objects.create(name="any order").id
        self.model = Model()
        self.asked: list[Callable[[], object]] = []

    def ask(self, movement: Callable[[], object], expected: type[Exception] | None) -> None:
        """Do it, and keep it to be done again when it succeeded: then that must change nothing."""
        assert _outcome(movement) is expected
        if expected is None:
            self.asked.append(movement)

    def key(self, name: int) -> str:
        return f"{self.run}:{name}"

    def edit(self, name: int) -> str:
        return f"edt_{self.run}_{name}"

    @rule(name=names, amount=amounts, expires=st.booleans())
    def grant(self, name: int, amount: int, expires: bool) -> None:  # noqa: FBT001
        new = self.model.once(f"grant:{name}", (amount, expires))
        give = partial(
            grant,
            workspace_id=self.workspace,
            amount=amount,
            key=self.key(name),
            expires_at=FAR if expires else None,
        )
        if new is True:
            self.model.give(amount)
        self.ask(give, MovementConflict if new is MovementConflict else None)

    @rule(name=names, amount=amounts)
    def top_up(self, name: int, amount: int) -> None:
        payment, _ = Payment.objects.get_or_create(
            id=f"pay_{self.run}_{name}",
            defaults={"workspace_id": self.workspace, "purpose": "top_up", "amount": amount, "state": "started"},
        )
        new = self.model.once(f"top_up:{name}", (amount,))
        if new is True:
            Payment.objects.filter(id=payment.id).update(amount=amount, state="succeeded")
            self.model.give(amount)
        values: dict[str, Any] = {"workspace_id": self.workspace, "amount": amount, "paid": amount}
        pay = partial(add_credit, key=self.key(name), kind=TransferKind.TOP_UP, reference=payment.id, **values)
        self.ask(pay, MovementConflict if new is MovementConflict else None)

    @rule(name=names, amount=amounts, won=st.booleans())
    def refund_or_dispute_of_a_payment(self, name: int, amount: int, won: bool) -> None:  # noqa: FBT001
        """Of a payment that was made; perhaps the dispute is won at once, in whatever order that is heard of."""
        payment = Payment.objects.filter(id=f"pay_{self.run}_{name}", state="succeeded").first()
        if payment is None or amount > payment.amount - payment.disputed:
            return
        key = f"{self.run}:{name}:{amount}"
        if self.model.once(f"take_back:{key}", (amount,)) is not True:
            return
        back = partial(take_back, workspace_id=self.workspace, amount=amount, key=key, reference=payment.id)
        again = partial(
            add_credit, workspace_id=self.workspace, amount=amount, paid=amount, key=key, kind=TransferKind.REINSTATE,
            reference=payment.id,
        )  # fmt: skip
        self.ask(back, None)
        self.model.owed += self.model.take(amount)
        if won:
            self.ask(again, None)
            self.model.give(amount)
        else:
            Payment.objects.filter(id=payment.id).update(disputed=payment.disputed + amount)

    @rule(name=names, amount=amounts)
    def hold(self, name: int, amount: int) -> None:
        expected: type[Exception] | None = None
        if name in self.model.holds:
            expected = None if self.model.holds[name] == amount else MovementConflict
        elif self.model.owed:
            expected = Owes
        elif self.model.balance.available < amount:
            expected = InsufficientCredit
        else:
            self.model.holds[name] = amount
        self.ask(partial(hold, workspace_id=self.workspace, reference=self.edit(name), amount=amount), expected)

    @rule(name=names, amount=amounts)
    def capture(self, name: int, amount: int) -> None:
        expected: type[Exception] | None = None
        if name not in self.model.holds:
            expected = UnknownHold
        elif name in self.model.closed:
            taken = self.model.closed[name]
            expected = None if taken == amount else HoldExpired if taken is None else HoldClosed
        elif amount > self.model.holds[name]:
            expected = CaptureAboveHold
        else:
            self.model.closed[name] = amount
            self.model.posted -= amount
            self.model.spent += amount
        self.ask(partial(capture, reference=self.edit(name), amount=amount), expected)

    @rule(name=names)
    def release(self, name: int) -> None:
        expected: type[Exception] | None = UnknownHold
        if name in self.model.holds:
            expected = HoldClosed if self.model.closed.setdefault(name, 0) else None
        self.ask(partial(release, reference=self.edit(name)), expected)

    @rule(name=names)
    def the_time_of_a_hold_is_over(self, name: int) -> None:
        Hold.objects.filter(reference=self.edit(name), state="held").update(expires_at=ago(seconds=1))
        if name in self.model.holds:
            self.model.closed.setdefault(name, None)
        self.ask(partial(expire_hold, reference=self.edit(name)), None)

    @rule(name=names)
    def the_time_of_a_lot_is_over(self, name: int) -> None:
        lot = Lot.objects.filter(transfer__key=f"grant:{self.key(name)}", expires_at=FAR).first()
        if lot is not None:
            Lot.objects.filter(id=lot.id).update(expires_at=ago(seconds=1))
            gone = min(lot.remaining, self.model.balance.available)
            assert expire_lot(lot_id=lot.id) == gone
            self.model.posted -= gone

    @rule()
    def what_is_owed_is_collected(self) -> None:
        paid = min(self.model.balance.available, self.model.owed)
        assert collect(workspace_id=self.workspace) == paid
        self.model.posted, self.model.owed = self.model.posted - paid, self.model.owed - paid

    @rule(name=names, amount=amounts)
    def refund(self, name: int, amount: int) -> None:
        key = f"{self.run}:{name}:{amount}"
        expected: type[Exception] | None = None
        charged = self.model.closed.get(name) or 0
        if f"refund:{key}" not in self.model.done:
            if not charged:
                expected = UnknownHold
            elif amount > charged - self.model.refunded[name]:
                expected = RefundAboveCharge
            else:
                self.model.done[f"refund:{key}"] = amount
                self.model.refunded[name] += amount
                self.model.spent -= amount
                self.model.give(amount)
        self.ask(partial(refund, reference=self.edit(name), amount=amount, key=key), expected)

    @rule(name=names, amount=amounts, certain=st.booleans())
    def record_cost(self, name: int, amount: int, certain: bool) -> None:  # noqa: FBT001
        attempt = f"att_{self.run}_{name}"
        new = self.model.once(f"cost:{name}", (amount, certain))
        found = facts(self.workspace, attempt, edit=f"edt_cost_{attempt}", delivered=0, expected=amount)
        cost = partial(record_cost, found, certain=certain)
        self.ask(cost, MovementConflict if new is MovementConflict else None)

    @rule(data=st.data())
    def something_earlier_comes_again(self, data: st.DataObject) -> None:
        if self.asked:
            movement = data.draw(st.sampled_from(self.asked))
            assert _outcome(movement) in (None, HoldExpired)

    @rule()
    def the_connection_is_lost(self) -> None:
        connection.close()

    @invariant()
    def the_books_are_right(self) -> None:
        assert balance(self.workspace) == self.model.balance
        lots = Lot.objects.filter(account__workspace_id=self.workspace)
        assert (lots.aggregate(left=Sum("remaining"))["left"] or 0) == self.model.posted
        assert_books_are_right()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_movements_in_any_order_keep_the_books_right():
    _run(20, 25)


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_movements_in_any_order_keep_the_books_right():
    _run(200, 50)
