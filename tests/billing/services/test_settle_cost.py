"""What stood in suspense is settled once: owed, nothing, or as a statement says."""

import pytest

from billing.facade import record_cost, settle_suspense
from billing.invariants import INVARIANTS, violations
from billing.models import CostLine, CostState, Entry, ItemKind, ReviewItem, Transfer, UsageDay
from billing.services.settle_cost import settle_cost
from tests.billing.costs.rows import COST, facts
from tests.conftest import Person

ANY = frozenset(CostState)


def accounts():
    """What each kind of account sums to."""
    found: dict[str, int] = {}
    for kind, amount in Entry.objects.values_list("account__kind", "amount"):
        found[kind] = found.get(kind, 0) + amount
    return {kind: amount for kind, amount in found.items() if amount}


@pytest.fixture
def lost(alice: Person):
    """An attempt of Alice's that nobody knows the fate of."""
    unknown = facts(alice.workspace.id, delivered=0, outcome="deadline_exceeded")
    record_cost(unknown, certain=False)
    yield unknown
    assert violations({name: query for name, query in INVARIANTS.items() if name[:3] in {"I1 ", "I12"}}) == []


def test_what_arrives_late_is_owed_as_it_is_reported_and_still_a_failure(lost, alice):
    late = facts(alice.workspace.id, delivered=0, outcome="late", ticket="gen-1", reported_text="0.04")
    assert settle_suspense(late, owed=True)
    assert not settle_suspense(late, owed=True)
    assert accounts() == {"cost": -40_000, "provider_accrued": 40_000}
    line = CostLine.objects.get()
    assert (line.state, line.booked, line.reported, line.outcome) == (CostState.ACCRUED, 40_000, 40_000, "late")
    assert line.ticket == "gen-1"
    day = UsageDay.objects.get()
    assert (day.attempts, day.pictures, day.booked, day.suspense, day.failure_cost) == (1, 0, 40_000, 0, 40_000)


def test_what_was_never_made_is_nothing_and_its_entries_go_the_other_way(lost, alice):
    disproved = facts(alice.workspace.id, delivered=0, expected=0, outcome="not_made")
    assert settle_suspense(disproved, owed=False)
    assert not settle_suspense(disproved, owed=False)
    assert accounts() == {}
    assert list(Transfer.objects.values_list("kind", flat=True).order_by("id")) == ["cost", "settle"]
    line = CostLine.objects.get()
    assert (line.state, line.booked, line.expected, line.outcome) == (CostState.VOID, 0, 0, "not_made")
    day = UsageDay.objects.get()
    assert (day.attempts, day.expected, day.booked, day.suspense) == (1, 0, 0, 0)


def test_staffs_word_that_nothing_was_made_may_prove_wrong(lost, alice):
    settle_suspense(facts(alice.workspace.id, delivered=0, expected=0, outcome="not_made"), owed=False)
    assert settle_suspense(facts(alice.workspace.id, delivered=0, outcome="late"), owed=True)
    assert accounts() == {"cost": -COST, "provider_accrued": COST}
    assert CostLine.objects.get().expected == COST


def test_a_late_report_out_of_bounds_is_an_item_too(lost, alice):
    assert settle_suspense(facts(alice.workspace.id, delivered=0, outcome="late", reported_text="42"), owed=True)
    assert accounts() == {"cost": -COST, "provider_accrued": COST}
    assert ReviewItem.objects.get().kind == ItemKind.OUT_OF_BOUNDS


def test_what_a_statement_says_moves_the_debt_and_only_the_difference_is_cost(lost):
    assert settle_cost(attempt="att_1", given=ANY, to=CostState.CONFIRMED, amount=50_000, cause="line-1", stated=50_000)
    assert accounts() == {"cost": -50_000, "provider_confirmed": 50_000}
    assert settle_cost(attempt="att_1", given=ANY, to=CostState.CONFIRMED, amount=30_000, cause="line-2", stated=30_000)
    assert accounts() == {"cost": -30_000, "provider_confirmed": 30_000}
    day = UsageDay.objects.get()
    assert (day.stated, day.stated_expected, day.booked, day.suspense) == (30_000, COST, 30_000, 0)


def test_what_is_confirmed_is_not_settled_again_by_a_late_picture(lost, alice):
    settle_cost(attempt="att_1", given=ANY, to=CostState.CONFIRMED, amount=COST, stated=COST)
    late = facts(alice.workspace.id, delivered=0, outcome="late")
    assert not settle_suspense(late, owed=True)
    assert not settle_suspense(late, owed=False)
    assert accounts() == {"cost": -COST, "provider_confirmed": COST}


def test_an_attempt_without_a_line_is_left_alone(lost, alice):
    assert not settle_suspense(facts(alice.workspace.id, "att_nobodys"), owed=True)
