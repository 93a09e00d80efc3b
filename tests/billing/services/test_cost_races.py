"""Many that book costs of the same day at once add up, and each settlement happens once."""

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from billing.facade import record_cost, settle_suspense
from billing.invariants import violations
from billing.models import CostChange, CostLine, CostSum, UsageDay
from billing.services.fold_costs import fold_costs
from tests.billing.costs.rows import COST, facts
from tests.billing.parallel import aside, together
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


def test_changes_folded_by_several_while_costs_are_booked_are_each_counted_once(alice: Person, mallory: Person):
    costs = [
        facts((mallory if number % 2 else alice).workspace.id, f"att_{number}", edit=f"edt_{number}")
        for number in range(20)
    ]
    record_cost(facts(alice.workspace.id, "att_first", edit="edt_first"), certain=True)
    said = together([*[partial(record_cost, cost, certain=True) for cost in costs], *[fold_costs] * 5])
    assert [one for one in said if isinstance(one, Exception)] == []
    assert violations() == []
    assert sum(one for one in said[len(costs) :] if isinstance(one, int)) + fold_costs() == len(costs) + 1
    assert not CostChange.objects.exists()
    assert CostSum.objects.get(grain="provider").booked == 21 * COST
    assert violations() == []


def test_nobody_waits_at_the_sums_of_all_for_another_workspaces_edit(alice: Person, mallory: Person):
    record_cost(facts(alice.workspace.id, "att_0", edit="edt_0"), certain=True)
    fold_costs()
    with transaction.atomic():
        record_cost(facts(alice.workspace.id, "att_1", edit="edt_1"), certain=True)
        aside(partial(record_cost, facts(mallory.workspace.id, "att_2", edit="edt_2"), certain=True)).result(timeout=30)
        assert aside(fold_costs).result(timeout=30) == 1  # Mallory's; Alice's is not committed
    assert fold_costs() == 1
    assert CostSum.objects.get(grain="provider").attempts == 3


def test_control_if_an_edit_added_to_the_sums_of_all_itself_another_workspaces_would_wait(
    alice: Person, mallory: Person
):
    record_cost(facts(alice.workspace.id, "att_0", edit="edt_0"), certain=True)
    fold_costs()

    def book(workspace_id: str, number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
        record_cost(facts(workspace_id, f"att_{number}", edit=f"edt_{number}"), certain=True)
        fold_costs()

    with transaction.atomic():
        book(alice.workspace.id, 1)
        other = aside(transaction.atomic(partial(book, mallory.workspace.id, 2))).result(timeout=30)
    assert isinstance(other, OperationalError)
    assert CostLine.objects.count() == 2
