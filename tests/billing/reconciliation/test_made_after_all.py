"""What staff had declared as not made, and a statement charged, is owed once when its picture arrives after all."""

from typing import Any

import pytest

from billing.facade import record_cost, settle_suspense
from billing.invariants import violations
from billing.invariants.costs import COSTS
from billing.models import CostLine, CostState, ItemKind, Resolution, ReviewItem
from billing.services.resolve_item import resolve_item
from tests.billing.costs.rows import facts
from tests.billing.reconciliation.rows import NOON, books, charge
from tests.billing.reconciliation.test_import import bring, items, state, unexplained

pytestmark = pytest.mark.django_db
DUE = 42_000


@pytest.fixture
def late(alice):
    """The facts of a picture that came late, of which nothing was known first and then that it was not made."""
    ours: dict[str, Any] = {"provider": "shortapi", "grade": "C", "ticket": "job-1", "delivered": 0, "at": NOON}
    record_cost(facts(alice.workspace.id, **ours, outcome="deadline_exceeded"), certain=False)
    settle_suspense(facts(alice.workspace.id, **{**ours, "expected": 0}, outcome="not_made"), owed=False)
    yield facts(alice.workspace.id, **ours, outcome="late")
    assert violations(COSTS) == []


@pytest.mark.parametrize("said", ["", Resolution.DISPUTED])
def test_it_is_confirmed_and_nothing_is_left_to_look_into(late, alice, said):
    bring(charge(1, DUE))
    assert items() == [(ItemKind.MISSING_REFUND, DUE, "")]
    if said:
        resolve_item(item=ReviewItem.objects.get().id, resolution=said, note="not made", by=alice.user)
    assert settle_suspense(late, owed=True)
    assert not settle_suspense(late, owed=True)
    assert state() == (CostState.CONFIRMED, DUE, DUE)
    assert CostLine.objects.get().expected == DUE
    assert books() == {"provider_confirmed": DUE, "cost": -DUE}
    assert (items(), unexplained()) == ([(ItemKind.MISSING_REFUND, 0, Resolution.NOTHING)], 0)


def test_what_was_charged_above_stays_to_be_looked_into(late, alice):
    bring(charge(1, DUE + 8_000))
    assert settle_suspense(late, owed=True)
    assert (items(), unexplained()) == ([(ItemKind.MISSING_REFUND, 8_000, "")], 0)
    resolve_item(item=ReviewItem.objects.get().id, resolution=Resolution.ACCEPTED, note="ok", by=alice.user)
    assert state() == (CostState.CONFIRMED, DUE + 8_000, DUE + 8_000)
    assert books() == {"provider_confirmed": DUE + 8_000, "cost": -DUE - 8_000}
    assert unexplained() == 0


def test_accepted_before_it_is_owed_already(late, alice):
    bring(charge(1, DUE))
    resolve_item(item=ReviewItem.objects.get().id, resolution=Resolution.ACCEPTED, note="ok", by=alice.user)
    assert not settle_suspense(late, owed=True)
    assert books() == {"provider_confirmed": DUE, "cost": -DUE}
    assert unexplained() == 0
