"""Count ended attempts ahead, once each, so that a scrape of `/metrics` counts only the latest."""

from django.db import connection, transaction

# Long after it was written: a transaction that ended an attempt with an earlier time has committed by then.
SETTLED_SECONDS = 600

_TOTAL = """
WITH since AS (SELECT coalesce(max(through), '-infinity') AS at FROM editor_attempttotal)
INSERT INTO editor_attempttotal AS total (provider, state, count, through)
SELECT provider, state, count(*), now() - make_interval(secs => %(settled)s) FROM editor_attempt, since
WHERE NOT is_test AND finished_at > since.at AND finished_at <= now() - make_interval(secs => %(settled)s)
GROUP BY provider, state
ON CONFLICT (provider, state) DO UPDATE SET count = total.count + excluded.count, through = excluded.through
"""


def total_attempts() -> None:
    """Add what has ended since the last time, up to ten minutes ago. Safe to repeat and to run twice at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE editor_attempttotal IN EXCLUSIVE MODE")  # readers go on, another counter waits
        cursor.execute(_TOTAL, {"settled": SETTLED_SECONDS})
