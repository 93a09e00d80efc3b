"""The daily close: what is changed afterwards is named, whoever changed it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from billing.closing import close_books, close_day
from billing.facade import capture
from billing.invariants import ALL_CLOSES, INVARIANTS, violations
from billing.ledger import grant, hold
from billing.models import Account, CloseBlock, DailyClose, Transfer
from tests.conftest import Person

DAY = timedelta(days=1)
AGO = "now() - interval '{} days 15 minutes'"


def _as_superuser(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def today() -> date:
    """What was a quarter of an hour ago: around midnight yesterday is still open."""
    return (timezone.now() - timedelta(minutes=15)).date()


@pytest.fixture
def closed(alice: Person, today: date) -> list[date]:
    """Five days of books, all closed but today: grants, and a capture the day before yesterday."""
    for number in range(5):
        grant(workspace_id=alice.workspace.id, amount=100 + number, key=f"{number}")
        _as_superuser(f"UPDATE billing_transfer SET created_at = {AGO.format(5 - number)} "
                      f"WHERE key = 'grant:{number}'")  # fmt: skip
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=50)
    capture(reference="edt_1", amount=40)
    _as_superuser(f"UPDATE billing_transfer SET created_at = {AGO.format(2)} WHERE kind = 'capture'")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return close_books()


def _id(key: str) -> str:
    return Transfer.objects.get(key=key).id


def _found(rules=ALL_CLOSES) -> list[tuple[object, ...]]:
    return [found.row[:2] for found in violations(rules)]


def test_every_day_that_is_over_is_closed_once_and_follows_the_one_before(closed, today: date):
    assert closed == [today - number * DAY for number in range(len(closed), 0, -1)]
    assert close_books() == []
    closes = list(DailyClose.objects.order_by("day"))
    assert [one.previous_sha256 for one in closes] == ["", *[one.sha256 for one in closes[:-1]]]
    assert sum(one.transfers for one in closes) == Transfer.objects.count() == 6
    assert sum(one.entries for one in closes) == 12
    assert sum(one.total for one in closes) == 100 + 101 + 102 + 103 + 104 + 40
    assert _found() == []


def test_a_row_changed_as_superuser_is_named(closed):
    capture_id = _id("capture:edt_1")
    _as_superuser(f"UPDATE billing_entry SET amount = amount * 2 WHERE transfer_id = '{capture_id}'")
    assert _found() == [(capture_id, "was changed")]


def test_a_row_removed_as_superuser_is_named(closed):
    first = _id("grant:0")
    _as_superuser(f"DELETE FROM billing_entry WHERE transfer_id = '{first}'",
                  "DELETE FROM billing_lot",
                  f"DELETE FROM billing_transfer WHERE id = '{first}'")  # fmt: skip
    assert _found() == [(first, "is missing from its day")]


def test_a_row_added_to_a_closed_day_is_named(closed):
    _as_superuser("INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at) "
                  "VALUES ('trf_odd', 'odd', 'grant', '', '', '', now() - interval '30 days')")  # fmt: skip
    assert _found() == [("trf_odd", "was added to a closed day")]


def test_a_row_moved_to_another_day_is_named(closed):
    first = _id("grant:0")
    _as_superuser(f"UPDATE billing_transfer SET created_at = now() WHERE id = '{first}'")
    assert _found() == [(first, "is missing from its day")]


def test_a_close_that_is_changed_with_its_rows_breaks_the_chain(closed, today: date):
    first = DailyClose.objects.earliest("day").day
    _as_superuser(f"UPDATE billing_dailyclose SET sha256 = repeat('0', 64) WHERE day = '{first}'")
    assert _found() == [(first, "was changed"), (first + DAY, "was changed")]


def test_a_close_that_is_removed_leaves_a_gap(closed):
    gone = DailyClose.objects.order_by("day")[1].day
    _as_superuser(f"DELETE FROM billing_closeblock WHERE close_id = '{gone}'",
                  f"DELETE FROM billing_dailyclose WHERE day = '{gone}'")  # fmt: skip
    found = _found()
    assert (gone + DAY, "does not follow the day before") in found


def test_every_quarter_of_an_hour_only_the_last_two_days_are_read(closed):
    _as_superuser("UPDATE billing_transfer SET memo = 'x' WHERE key = 'grant:0'")
    recent = {name: rule for name, rule in INVARIANTS.items() if name.startswith("I10")}
    assert _found(recent) == []
    _as_superuser("UPDATE billing_transfer SET memo = 'x' WHERE key = 'grant:4'")
    last = DailyClose.objects.latest("day")
    assert _found(recent) == ([(_id("grant:4"), "was changed")] if last.transfers else [])


def test_more_than_a_thousand_transfers_are_kept_in_blocks(alice: Person, today: date):
    account = Account.objects
    grant(workspace_id=alice.workspace.id, amount=100, key="opens the accounts")
    wallet, funding = account.get(kind="wallet"), account.get(kind="funding")
    _as_superuser(
        f"""
        INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
        SELECT 'trf_' || n, 'many:' || n, 'grant', '', '', '', {AGO.format(1)} FROM generate_series(1, 2500) n
        """,
        f"""
        INSERT INTO billing_entry (transfer_id, account_id, amount)
        SELECT 'trf_' || n, id, amount FROM generate_series(1, 2500) n,
            LATERAL (VALUES ('{wallet.id}', n), ('{funding.id}', -n)) AS side (id, amount)
        """,
    )
    assert close_day(today - DAY).transfers == 2500
    blocks = CloseBlock.objects.order_by("number").values_list("number", "transfers", "hashes")
    assert [(number, len(ids), len(hashes)) for number, ids, hashes in blocks] == [
        (0, 1000, 16_000),
        (1, 1000, 16_000),
        (2, 500, 8_000),
    ]
    _as_superuser("UPDATE billing_entry SET amount = amount + 1 WHERE transfer_id = 'trf_1777' AND amount > 0")
    assert _found() == [("trf_1777", "was changed")]


def test_a_day_without_movements_is_closed_too_and_without_any_there_is_nothing_to_close(db, today: date):
    assert close_books() == []
    close_day(today - 2 * DAY)
    assert close_day(today - DAY).transfers == 0
    assert _found() == []


def test_a_day_is_closed_when_it_is_over_and_in_turn(db, today: date):
    with pytest.raises(ValueError, match="is closed from 00:15 UTC of the day after"):
        close_day(today)
    close_day(today - 5 * DAY)
    with pytest.raises(ValueError, match="cannot be closed before"):
        close_day(today - 3 * DAY)
    assert DailyClose.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_dailyclose SET sha256 = ''",
        "UPDATE billing_closeblock SET number = 1",
        "DELETE FROM billing_closeblock",
        "DELETE FROM billing_dailyclose",
        "TRUNCATE billing_closeblock",
        "TRUNCATE billing_dailyclose CASCADE",
    ],
)
def test_a_close_can_be_neither_changed_nor_removed(closed, statement: str):
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert _found() == []
