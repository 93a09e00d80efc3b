"""What is always true of cost lines and their sums is found broken when it is; what guards it is taken away first."""

import pytest
from django.db import connection

from billing.facade import capture, note_retail, record_cost, settle_suspense
from billing.invariants import INVARIANTS, violations
from billing.ledger import grant, hold
from billing.models import UsageDay
from billing.services.fold_costs import fold_costs
from tests.billing.costs.rows import facts
from tests.conftest import Person

LINE, DAYS, COARSER, RETAIL, USAGE = (name for name in INVARIANTS if name.startswith("I12"))
NO_TRIGGERS = "SET LOCAL session_replication_role = replica"


@pytest.fixture
def costs(alice: Person):
    """A picture that was paid for, a lost order that proved to be owed, one in suspense, and one that cost nothing."""
    grant(workspace_id=alice.workspace.id, amount=100_000, key="ten cents")
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=52_500)
    capture(reference="edt_1", amount=52_500)
    record_cost(facts(alice.workspace.id, "att_1", reported_text="0.043"), certain=True)
    note_retail(edit="edt_1", charge=52_500, prices={"att_1": 52_500})
    fold_costs()  # what comes now is not folded yet
    for number in (2, 3):
        lost = facts(alice.workspace.id, f"att_{number}", edit=f"edt_{number}", delivered=0, outcome="lost")
        record_cost(lost, certain=False)
    settle_suspense(facts(alice.workspace.id, "att_2", edit="edt_2", delivered=0, outcome="late"), owed=True)
    record_cost(facts(alice.workspace.id, "att_4", edit="edt_4", delivered=0, expected=0), certain=True)
    assert violations() == []


@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        (LINE, "UPDATE billing_costline SET booked = booked + 1 WHERE attempt = 'att_1'"),
        (LINE, "UPDATE billing_costline SET state = 'confirmed' WHERE attempt = 'att_1'"),
        (LINE, "UPDATE billing_costline SET state = 'accrued' WHERE attempt = 'att_3'"),
        (LINE, "UPDATE billing_costline SET provider = 'apipod' WHERE attempt = 'att_2'"),
        (LINE, "UPDATE billing_entry SET amount = amount * 2"),
        (LINE, "UPDATE billing_transfer SET reference = 'att_4' WHERE key = 'cost:att_1'"),
        (DAYS, "UPDATE billing_costline SET expected = expected + 1 WHERE attempt = 'att_1'"),
        (DAYS, "UPDATE billing_costline SET day = day - 1 WHERE attempt = 'att_4'"),
        (DAYS, "DELETE FROM billing_costline WHERE attempt = 'att_4'"),
        (DAYS, "DELETE FROM billing_usageday"),
        *[(DAYS, f"UPDATE billing_usageday SET {name} = {name} + 1") for name in (
            "attempts", "pictures", "expected", "reported", "reported_expected", "stated", "stated_expected", "booked",
            "suspense", "failure_cost", "retail",
        )],
        *[(COARSER, f"UPDATE {table} SET {name} = {name} + 1") for table in ("billing_costsum", "billing_costchange")
          for name in (
            "attempts", "pictures", "expected", "reported", "reported_expected", "stated", "stated_expected", "booked",
            "suspense", "failure_cost", "retail", "sold", "charged", "refunded",
        )],
        (RETAIL, "UPDATE billing_costline SET retail = retail - 1 WHERE attempt = 'att_1'"),
        (RETAIL, "UPDATE billing_costline SET retail = 1 WHERE attempt = 'att_3'"),
        (RETAIL, "UPDATE billing_hold SET captured = captured - 1"),
        (USAGE, "UPDATE billing_usageday SET charged = charged + 1"),
        (USAGE, "UPDATE billing_usageday SET refunded = refunded - 1"),
        (USAGE, "UPDATE billing_usageday SET day = day - 700"),
        (USAGE, "UPDATE billing_entry SET amount = amount * 2"),
    ],
)  # fmt: skip
def test_an_invariant_finds_what_breaks_it(costs, invariant, statement):
    with connection.cursor() as cursor:
        cursor.execute(NO_TRIGGERS)
        cursor.execute(statement)
    assert invariant in {found.invariant for found in violations()}


def test_a_day_follows_its_lines_whatever_changes_them(costs):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_costline SET stated = 1, retail = retail + 1, delivered = 1")
    day = UsageDay.objects.get(attempts__gt=0)
    assert (day.stated, day.retail, day.pictures, day.failure_cost) == (4, 52_504, 4, 0)
    assert {DAYS, COARSER}.isdisjoint(found.invariant for found in violations())


def test_a_cost_line_stays(costs):
    with (
        pytest.raises(Exception, match="billing_costline is append-only: DELETE is refused"),
        connection.cursor() as cur,
    ):
        cur.execute("DELETE FROM billing_costline")
