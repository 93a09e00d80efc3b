"""What an attempt costs is booked, written on its line and added to its day, all once."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from billing.costs.belief import TOO_MUCH
from billing.costs.facts import Booked
from billing.errors import MovementConflict
from billing.facade import record_cost, suspense
from billing.invariants import INVARIANTS, violations
from billing.models import CostLine, CostState, Entry, ItemKind, ReviewItem, Transfer, UpstreamPrice, UsageDay
from tests.billing.costs.rows import AT, COST, facts
from tests.conftest import Person


def entries():
    """What stands on each provider's accounts."""
    found = Entry.objects.values_list("account__kind", "account__provider", "amount").order_by("id")
    return sorted(found)


def the_day():
    columns = ("attempts", "pictures", "expected", "reported", "booked", "suspense", "failure_cost", "retail")
    return UsageDay.objects.values(*columns).get()


def test_a_delivered_picture_is_owed_as_reported_and_its_line_says_who_where_and_what(alice: Person):
    said = facts(alice.workspace.id, reported_text="0.045", ticket="gen-1", evidence={"said": [{"status": 200}]})
    assert record_cost(said, certain=True) == Booked(45_000, certain=True)
    assert entries() == [("cost", "aimlapi", -45_000), ("provider_accrued", "aimlapi", 45_000)]
    line = CostLine.objects.get()
    assert (line.attempt, line.edit, line.workspace_id, line.project) == ("att_1", "edt_1", alice.workspace.id, "prj_1")
    assert (line.member, line.key, line.provider, line.model) == ("usr_1", "key_1", "aimlapi", "seedream-4.5")
    assert (line.state, line.expected, line.booked, line.reported) == (CostState.ACCRUED, COST, 45_000, 45_000)
    assert (line.reported_text, line.doubt, line.outcome, line.ticket) == ("0.045", "", "delivered", "gen-1")
    assert (line.grade, line.evidence, line.day) == ("A", {"said": [{"status": 200}]}, date(2026, 11, 20))
    assert line.settled_at is not None
    assert the_day() == {
        "attempts": 1, "pictures": 1, "expected": COST, "reported": 45_000, "booked": 45_000, "suspense": 0,
        "failure_cost": 0, "retail": 0,
    }  # fmt: skip
    assert not ReviewItem.objects.exists()


def test_what_is_repeated_changes_nothing_and_what_differs_is_refused(alice: Person):
    said = facts(alice.workspace.id)
    for _ in range(2):
        record_cost(said, certain=True)
    assert (Transfer.objects.count(), CostLine.objects.count(), the_day()["attempts"]) == (1, 1, 1)
    for other, certain in ((replace(said, expected=COST + 1), True), (said, False)):
        with pytest.raises(MovementConflict):
            record_cost(other, certain=certain)
    assert the_day()["expected"] == COST


def test_an_unknown_outcome_stands_in_suspense_and_is_a_failure_so_far(alice: Person):
    lost = facts(alice.workspace.id, delivered=0, outcome="deadline_exceeded")
    assert record_cost(lost, certain=False) == Booked(COST, certain=False)
    assert suspense()["aimlapi"].balance == COST
    line = CostLine.objects.get()
    assert (line.state, line.settled_at) == (CostState.SUSPENSE, None)
    day = the_day()
    assert (day["pictures"], day["suspense"], day["failure_cost"]) == (0, COST, COST)


def test_what_failed_at_no_cost_has_a_line_of_nothing_for_a_statement_to_be_held_against(alice: Person):
    failed = facts(alice.workspace.id, delivered=0, expected=0, reported_text="0.042", outcome="job_failed")
    assert record_cost(failed, certain=True) == Booked(0, certain=True)
    line = CostLine.objects.get()
    assert (line.state, line.booked, line.reported, line.reported_text) == (CostState.VOID, 0, None, "0.042")
    assert not Transfer.objects.exists()
    assert the_day()["attempts"] == 1


def test_a_report_out_of_bounds_is_doubted_once_and_what_was_expected_is_booked(alice: Person):
    said = facts(alice.workspace.id, reported_text="4.20")
    for _ in range(2):
        assert record_cost(said, certain=True) == Booked(COST, certain=True)
    assert CostLine.objects.get().doubt == TOO_MUCH
    item = ReviewItem.objects.get()
    assert (item.kind, item.provider, item.attempt) == (ItemKind.OUT_OF_BOUNDS, "aimlapi", "att_1")
    assert (item.amount, item.month) == (4_200_000 - COST, date(2026, 11, 1))
    assert item.evidence == {"reported": "4.20", "expected": COST, "doubt": TOO_MUCH}


def test_credits_are_worth_what_the_price_book_said_then(alice: Person):
    for amount, rate, year in ((32_500, 5_000_000_000, 2025), (65_000, 10_000_000_000, 2027)):
        UpstreamPrice.objects.create(
            provider="apikley", model="seedream-4.5", resolution="2K", amount=amount, currency="credits", units="6.5",
            unit_rate=rate, valid_from=AT.replace(year=year), source="test",
        )  # fmt: skip
    said = facts(alice.workspace.id, provider="apikley", grade="D", expected=32_500, reported_text="7.0 credits")
    assert record_cost(said, certain=True).amount == 32_500
    assert CostLine.objects.get().reported == 35_000


def test_it_takes_three_statements_once_the_accounts_are_open(alice: Person, django_assert_num_queries):
    record_cost(facts(alice.workspace.id), certain=True)
    connection.ensure_connection()
    with django_assert_num_queries(2):
        record_cost(facts(alice.workspace.id, "att_2", reported_text="0.042"), certain=True)


def test_the_books_are_right_afterwards(alice: Person):
    for number, certain in enumerate((True, False)):
        record_cost(facts(alice.workspace.id, f"att_{number}"), certain=certain)
    assert violations({name: query for name, query in INVARIANTS.items() if name.startswith("I12")}) == []
