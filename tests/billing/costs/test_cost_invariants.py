"""The invariants of cost lines find what breaks them."""

import pytest
from django.db import connection

from billing.facade import capture, note_retail, record_cost
from billing.invariants import violations
from billing.invariants.costs import COSTS
from billing.ledger import grant, hold, refund
from billing.services.fold_costs import fold_costs
from billing.services.refund_charge import follow_charge
from tests.billing.costs.rows import facts
from tests.conftest import Person

LINES, SUMS, COARSER, RETAIL, USAGE = COSTS
BREAKS = {
    LINES: ["UPDATE billing_costline SET booked = booked + 1", "UPDATE billing_costline SET state = 'suspense'"],
    SUMS: ["UPDATE billing_usageday SET attempts = attempts + 1", "DELETE FROM billing_usageday"],
    COARSER: [
        "UPDATE billing_costsum SET retail = retail + 1 WHERE grain = 'key'",
        "DELETE FROM billing_costsum WHERE grain = 'workspace provider'",
        "DELETE FROM billing_costchange",
        "UPDATE billing_costsum SET day = day - 1 WHERE grain = 'provider'",
    ],
    RETAIL: ["UPDATE billing_costline SET retail = retail + 1", "UPDATE billing_hold SET refunded = refunded + 1"],
    USAGE: ["UPDATE billing_usageday SET refunded = refunded + 1", "UPDATE billing_usageday SET charged = charged - 1"],
}


@pytest.fixture
def books(alice: Person):
    """An edit that delivered, was charged, and of whose charge a part was given back."""
    grant(workspace_id=alice.workspace.id, amount=1_000_000, key="a dollar")
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=60_000)
    capture(reference="edt_1", amount=52_500)
    record_cost(facts(alice.workspace.id), certain=True)
    fold_costs()  # what comes now is not folded yet
    note_retail(edit="edt_1", charge=52_500, prices={"att_1": 52_500})
    refund(reference="edt_1", amount=10_000, key="sorry")
    follow_charge("edt_1")


def test_right_cost_lines_break_nothing(books):
    assert violations(COSTS) == []


@pytest.mark.parametrize(("rule", "statement"), [(rule, statement) for rule in BREAKS for statement in BREAKS[rule]])
def test_an_invariant_of_cost_lines_finds_what_breaks_it(books, rule: str, statement: str):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert rule in {found.invariant for found in violations(COSTS)}


def test_every_invariant_of_cost_lines_has_something_that_breaks_it():
    assert BREAKS.keys() == COSTS.keys()
