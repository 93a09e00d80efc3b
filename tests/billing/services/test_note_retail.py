"""What a customer was charged is on the lines of what delivered, to the micro-dollar."""

from django.db import connection

from billing.facade import note_retail, record_cost
from billing.models import CostLine, UsageDay
from billing.services.note_retail import NOTE
from tests.billing.costs.rows import facts
from tests.conftest import Person


def retail():
    return dict(CostLine.objects.order_by("attempt").values_list("attempt", "retail"))


def test_a_charge_is_split_by_price_and_its_day_has_all_of_it(alice: Person):
    for attempt in ("att_1", "att_2", "att_3"):
        record_cost(facts(alice.workspace.id, attempt), certain=True)
    for _ in range(2):
        note_retail(edit="edt_1", charge=100_001, prices={"att_1": 50_000, "att_2": 50_000})
    assert retail() == {"att_1": 50_001, "att_2": 50_000, "att_3": 0}
    assert UsageDay.objects.get(attempts__gt=0).retail == 100_001


def test_what_is_given_back_is_taken_off_in_proportion(alice: Person):
    for attempt in ("att_1", "att_2"):
        record_cost(facts(alice.workspace.id, attempt), certain=True)
    note_retail(edit="edt_1", charge=90_000, prices={"att_1": 30_000, "att_2": 60_000})
    note_retail(edit="edt_1", charge=45_000)
    assert retail() == {"att_1": 15_000, "att_2": 30_000}
    note_retail(edit="edt_1", charge=0)
    assert retail() == {"att_1": 0, "att_2": 0}
    assert UsageDay.objects.get(attempts__gt=0).retail == 0


def test_an_edit_of_another_and_one_without_lines_are_left_alone(alice: Person):
    record_cost(facts(alice.workspace.id), certain=True)
    note_retail(edit="edt_other", charge=50_000, prices={"att_1": 50_000})
    note_retail(edit="edt_other", charge=50_000)
    assert retail() == {"att_1": 0}


def test_the_ledger_is_looked_up_by_its_index_also_when_the_statement_is_prepared(db):
    asked = NOTE % {"edit": "$1", "attempts": "$2", "parts": "$3"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {asked}")
        assert any("transfer_for" in line for (line,) in cursor.fetchall())
