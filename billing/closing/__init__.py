"""Close the books of each day: every transfer is hashed, and each close is chained to the one before.

Whoever changes a closed day has to change every seal since; the newest is logged, so that it is known outside too.
"""

from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from billing.invariants.closes import BLOCK, DIGESTS, SEAL
from billing.models import DailyClose, Transfer

log = structlog.get_logger(__name__)

AFTER_MIDNIGHT = timedelta(minutes=15)
# What was written before midnight and is not committed yet would seem to be added to a closed day. Long ones are rare:
# an import, or what waits for its turn; whoever only sleeps in a transaction is sent away after a minute (settings).
UNFINISHED = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
AND xact_start < %s AND (backend_xid IS NOT NULL OR wait_event_type = 'Lock')
"""
CLOSE = f"""
WITH digest AS MATERIALIZED ({
    DIGESTS.format(which="transfer.created_at >= %(start)s AND transfer.created_at < %(end)s")
}
), numbered AS (
    SELECT id, hash, (row_number() OVER (ORDER BY id) - 1) / {BLOCK} AS number FROM digest
), block AS (
    SELECT number, jsonb_agg(id ORDER BY id) AS transfers, string_agg(hash, ''::bytea ORDER BY id) AS hashes
    FROM numbered GROUP BY number
), sums AS (
    SELECT count(*) AS transfers, coalesce(sum(count), 0) AS entries, coalesce(sum(total), 0) AS total,
        coalesce((SELECT sha256 FROM billing_dailyclose WHERE day < %(day)s ORDER BY day DESC LIMIT 1), '') AS previous
    FROM digest
), closed AS (
    INSERT INTO billing_dailyclose (day, transfers, entries, total, previous_sha256, sha256, closed_at)
    SELECT %(day)s, sums.transfers, sums.entries, sums.total, sums.previous, {
    SEAL.format(
        previous="sums.previous",
        day="%(day)s::date",
        transfers="sums.transfers",
        entries="sums.entries",
        total="sums.total",
        blocks="block",
        of_day="",
    )
}, statement_timestamp()
    FROM sums ON CONFLICT (day) DO NOTHING RETURNING day
)
INSERT INTO billing_closeblock (close_id, number, transfers, hashes)
SELECT closed.day, block.number, block.transfers, block.hashes FROM closed, block
"""  # noqa: S608 - our own texts


def close_day(day: date, *, now: datetime | None = None) -> DailyClose:
    """Close a day of UTC and give its close; the one that is there when it was closed before.

    Raises ValueError while the day is not over for a quarter of an hour, or while a transaction goes on that began
    before its end, and when the day before is still open.
    """
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    if (now or timezone.now()) < end + AFTER_MIDNIGHT:
        raise ValueError(f"{day} is closed from 00:15 UTC of the day after")
    latest = DailyClose.objects.order_by("-day").first()
    if latest is not None and day > latest.day + timedelta(days=1):
        raise ValueError(f"{day} cannot be closed before {latest.day + timedelta(days=1)}")
    if _is_unfinished(day):
        raise ValueError(f"{day} is closed once every transaction is over that began before its end")
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {"day": day, "start": start, "end": end})
    closed = DailyClose.objects.get(day=day)
    log.info("books_closed", day=str(day), transfers=closed.transfers, sha256=closed.sha256)
    return closed


def close_books(most: int = 31, *, now: datetime | None = None) -> list[date]:
    """Close every day that is over and open, the oldest first, at most so many; gives those.

    A day in which a transaction began that goes on is left for the next time, and so are those after it.
    """
    latest = DailyClose.objects.order_by("-day").values_list("day", flat=True).first()
    if latest is None:
        first = Transfer.objects.aggregate(first=Min("created_at"))["first"]
        if first is None:
            return []
        latest = first.astimezone(UTC).date() - timedelta(days=1)
    over = ((now or timezone.now()) - AFTER_MIDNIGHT).astimezone(UTC).date()
    days = [latest + timedelta(days=number) for number in range(1, min(most, (over - latest).days - 1) + 1)]
    for number, day in enumerate(days):
        if _is_unfinished(day):
            log.warning("books_not_closed", day=str(day), why="a transaction goes on that began before its end")
            return days[:number]
        close_day(day, now=now)
    return days


def _is_unfinished(day: date) -> bool:
    """Tell whether a transaction that began before a day's end may still write, and so add to that day."""
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED, [_midnight(day + timedelta(days=1))])
        return bool(cursor.rowcount)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
