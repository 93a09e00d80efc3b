"""Many that book costs of the same day at once add up, and each settlement happens once."""

from functools import partial

import pytest

from billing.facade import record_cost, settle_suspense
from billing.invariants import violations
from billing.models import CostLine, UsageDay
from tests.billing.costs.rows import COST, facts
from tests.billing.parallel import together
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_costs_of_one_day_by_many_at_once_add_up(alice: Person):
    costs = [facts(alice.workspace.id, f"att_{number}", edit=f"edt_{number}") for number in range(20)]
    together([partial(record_cost, cost, certain=True) for cost in costs])
    day = UsageDay.objects.get()
    assert (day.attempts, day.pictures, day.booked) == (20, 20, 20 * COST)
    assert violations() == []


def test_what_is_settled_two_ways_at_once_ends_one_way(alice: Person):
    lost = facts(alice.workspace.id, delivered=0, outcome="lost")
    record_cost(lost, certain=False)
    together([partial(settle_suspense, lost, owed=owed) for owed in (True, False) * 5])
    line = CostLine.objects.get()
    assert (line.state, line.booked) == ("accrued", COST)  # a picture that came outweighs staff's word that none would
    day = UsageDay.objects.get()
    assert (day.booked, day.suspense) == (COST, 0)
    assert violations() == []
