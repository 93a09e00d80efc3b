"""Movements in any order, with repetitions, against sixty lines of plain Python that cannot be wrong."""

from dataclasses import dataclass, field
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Workspace
from billing.errors import CaptureAboveHold, HoldClosed, InsufficientCredit, MovementConflict, UnknownHold
from billing.facade import Balance, balance, capture, hold, record_cost, release
from billing.ledger import grant
from tests.billing.costs.rows import facts
from tests.books import assert_books_are_right

amounts = st.integers(1, 100)
names = st.integers(1, 6)
runs = count()


@dataclass
class Model:
    """What a wallet is, said simply."""

    grants: dict[str, int] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)  # of a closed hold; 0 when released
    costs: dict[str, tuple[int, bool]] = field(default_factory=dict)

    @property
    def balance(self) -> Balance:
        spent = sum(self.taken.values())
        held = sum(amount for name, amount in self.holds.items() if name not in self.taken)
        return Balance(available=sum(self.grants.values()) - spent - held, held=held, spent=spent)


def _outcome(movement, **values) -> type[Exception] | None:
    try:
        movement(**values)
    except (CaptureAboveHold, HoldClosed, InsufficientCredit, MovementConflict, UnknownHold) as error:
        return type(error)
    return None


class Ledger(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.run = next(runs)
        self.workspace = Workspace.objects.create(name="any order").id
        self.model = Model()

    @rule(name=names, amount=amounts)
    def grant(self, name: int, amount: int) -> None:
        key = f"{self.run}:{name}"
        expected = MovementConflict if self.model.grants.setdefault(key, amount) != amount else None
        assert _outcome(grant, workspace_id=self.workspace, amount=amount, key=key) is expected

    @rule(name=names, amount=amounts)
    def hold(self, name: int, amount: int) -> None:
        edit = f"edt_{self.run}_{name}"
        expected: type[Exception] | None = None
        if edit in self.model.holds:
            expected = None if self.model.holds[edit] == amount else MovementConflict
        elif self.model.balance.available < amount:
            expected = InsufficientCredit
        else:
            self.model.holds[edit] = amount
        assert _outcome(hold, workspace_id=self.workspace, reference=edit, amount=amount) is expected

    @rule(name=names, amount=amounts)
    def capture(self, name: int, amount: int) -> None:
        edit = f"edt_{self.run}_{name}"
        expected: type[Exception] | None = None
        if edit not in self.model.holds:
            expected = UnknownHold
        elif edit in self.model.taken:
            expected = None if self.model.taken[edit] == amount else HoldClosed
        elif amount > self.model.holds[edit]:
            expected = CaptureAboveHold
        else:
            self.model.taken[edit] = amount
        assert _outcome(capture, reference=edit, amount=amount) is expected

    @rule(name=names)
    def release(self, name: int) -> None:
        edit = f"edt_{self.run}_{name}"
        expected: type[Exception] | None = UnknownHold
        if edit in self.model.holds:
            expected = HoldClosed if self.model.taken.setdefault(edit, 0) else None
        assert _outcome(release, reference=edit) is expected

    @rule(name=names, amount=amounts, certain=st.booleans())
    def record_cost(self, name: int, amount: int, certain: bool) -> None:  # noqa: FBT001
        attempt = f"att_{self.run}_{name}"
        booked = self.model.costs.setdefault(attempt, (amount, certain))
        expected = MovementConflict if booked != (amount, certain) else None
        found = facts(self.workspace, attempt, edit=f"edt_{attempt}", provider="shortapi", expected=amount)
        assert _outcome(partial(record_cost, found), certain=certain) is expected

    @invariant()
    def the_books_are_right(self) -> None:
        assert balance(self.workspace) == self.model.balance
        assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_movements_in_any_order_keep_the_books_right():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
