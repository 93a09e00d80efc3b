"""Usage over any days is what the ledger took for edits and gave back on these days, to the micro-dollar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from billing.facade import balance, capture, movements, note_retail, record_cost
from billing.ledger import grant, hold
from billing.models import Transfer
from billing.selectors.sums import Dimension
from billing.selectors.usage import Usage, usage
from billing.services.ask_correction import ask_correction
from billing.services.refund_charge import refund_charge
from tests.billing.costs.rows import facts
from tests.books import assert_books_are_right
from tests.conftest import Person, make_user

TODAY = datetime.now(UTC).date()
ASKED = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(minutes=1)  # and charged after midnight
FOR_EDITS = ("capture", "refund", "correction")


def entries(person: Person, since: date, until: date) -> int:
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until + timedelta(days=1)))
    found = movements(workspace_id=person.workspace.id, kinds=FOR_EDITS, since=begin, until=end, limit=1000)
    return -sum(row.amount for row in found)


@pytest.fixture
def charged(alice: Person) -> None:
    """Two edits that were ordered a minute before midnight; one by two providers."""
    grant(workspace_id=alice.workspace.id, amount=1_000_000, key="a dollar")
    for edit, charge, prices in (("edt_1", 52_500, {"att_1": 52_500}), ("edt_2", 100_001, {"att_2": 3, "att_3": 4})):
        hold(workspace_id=alice.workspace.id, reference=edit, amount=charge)
        capture(reference=edit, amount=charge)
        for attempt in prices:
            record_cost(facts(alice.workspace.id, attempt, edit=edit, at=ASKED), certain=True)
        note_retail(edit=edit, charge=charge, prices=prices)


def _used(person: Person, *by: Dimension, days_ago: int = 0) -> list[Usage]:
    day = TODAY - timedelta(days=days_ago)
    return usage(workspace_id=person.workspace.id, since=day, until=TODAY, by=by)


def test_a_charge_counts_on_the_day_it_was_taken_and_not_when_it_was_ordered(alice: Person, charged: None):
    assert _used(alice, Dimension.DAY, days_ago=7) == [Usage((f"{TODAY}",), 3, 152_501)]
    assert_books_are_right()


def test_what_is_given_back_is_taken_off_and_stands_in_its_own_column(
    alice: Person, charged: None, django_assert_num_queries
):
    staff = make_user("carol", is_staff=True)
    refund_charge(edit="edt_2", amount=40_000, key="sorry", reason="too dark", by=staff)
    ask_correction(
        transfer_id=Transfer.objects.get(key="capture:edt_1").id, reason="the picture was black", asked_by=staff
    )
    with django_assert_num_queries(1):
        (today,) = _used(alice)
    assert (today.pictures, today.charged, today.refunded, today.spent) == (3, 152_501, 92_500, 60_001)
    assert today.spent == entries(alice, TODAY, TODAY) == balance(alice.workspace.id).spent
    assert_books_are_right()


def test_a_refund_that_was_a_mistake_is_taken_off_what_was_given_back(alice: Person, charged: None):
    staff = make_user("carol", is_staff=True)
    for edit, amount in (("edt_1", 52_500), ("edt_2", 40_000)):
        refund_charge(edit=edit, amount=amount, key=edit, reason="too dark", by=staff)
    for edit in ("edt_1", "edt_2"):
        ask_correction(
            transfer_id=Transfer.objects.get(key=f"refund:{edit}").id, reason="the wrong edit", asked_by=staff
        )
    assert _used(alice) == [Usage((), 3, 152_501, 0)]
    assert entries(alice, TODAY, TODAY) == 152_501
    assert_books_are_right()


def test_a_refund_of_an_earlier_days_charge_counts_on_its_own_day(alice: Person, charged: None):
    """The charge is moved to last week, in the ledger and in the days alike, before any of it is given back."""
    week = TODAY - timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the ledger is append-only
        cursor.execute("UPDATE billing_transfer SET created_at = created_at - interval '7 days' WHERE kind = 'capture'")
        cursor.execute("UPDATE billing_costline SET day = day - 7, retail_on = retail_on - 7")
        cursor.execute("UPDATE billing_usageday SET day = day - 7")
        cursor.execute("UPDATE billing_costchange SET day = day - 7")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    staff = make_user("carol", is_staff=True)
    refund_charge(edit="edt_2", amount=40_000, key="sorry", reason="too dark", by=staff)
    assert _used(alice, Dimension.DAY, days_ago=7) == [
        Usage((f"{week}",), 3, 152_501, 0),
        Usage((f"{TODAY}",), 0, 0, 40_000),
    ]
    for since, until, spent in ((week, week, 152_501), (TODAY, TODAY, -40_000), (week, TODAY, 112_501)):
        (row,) = usage(workspace_id=alice.workspace.id, since=since, until=until)
        assert row.spent == entries(alice, since, until) == spent
    by_provider = usage(workspace_id=alice.workspace.id, since=week, until=TODAY, by=[Dimension.PROVIDER])
    assert by_provider == [Usage(("aimlapi",), 3, 152_501, 40_000)]
    assert_books_are_right()
