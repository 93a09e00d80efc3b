"""Measure how the providers have been doing: how long an order takes with each, and how often it brings pictures."""

from django.db import connection

LATEST = 200
HOURS = 24

# An order brought its pictures or it did not; what was refused, or brought a picture that was none, says neither.
# It took until its results came, which is when it was last entered into a state; fetching them is our own time.
_MEASURE = """
UPDATE editor_providerstate AS kept SET
    measured_at = now(), samples = measured.samples, success_rate = measured.success_rate,
    median_seconds = measured.median_seconds, p95_seconds = measured.p95_seconds
FROM (
    SELECT name, count(good) AS samples, avg(good::int) AS success_rate,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE good) AS median_seconds,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE good) AS p95_seconds
    FROM editor_providerstate LEFT JOIN LATERAL (
        SELECT brought AS good, extract(epoch FROM entered_at - started_at) AS seconds
        FROM (
            SELECT started_at, entered_at,
                CASE WHEN state = 'delivered' THEN true
                     WHEN state IN ('lost', 'not_sent') OR error_code = 'job_failed' THEN false END AS brought
            FROM editor_attempt
            WHERE provider = name AND NOT is_test AND finished_at > now() - make_interval(hours => %s)
                AND started_at IS NOT NULL
            ORDER BY finished_at DESC LIMIT %s) AS ended
        WHERE brought IS NOT NULL) AS counted ON true
    GROUP BY name) AS measured
WHERE kept.name = measured.name
"""


def measure_providers() -> None:
    """Write down each provider's median, 95th percentile and success rate, over its latest 200 orders of 24 hours.

    One statement, by the index of ended attempts. Where nothing ended lately, nothing is known any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, [HOURS, LATEST])
