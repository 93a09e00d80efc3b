"""Leases: while a wave's row is fresh, by the database's clock, the attempts it claimed are its own."""

from django.db import connection

from editor.models import Wave

LEASE_SECONDS = 15
RENEW_SECONDS = 4

_RENEW = "UPDATE editor_wave SET expires_at = now() + make_interval(secs => %s) WHERE id = %s"
_START = "INSERT INTO editor_wave (id, started_at, expires_at) VALUES (%s, now(), now() + make_interval(secs => %s))"
_RELEASE = """
WITH expired AS (
    DELETE FROM editor_wave WHERE id IN (
        SELECT id FROM editor_wave WHERE expires_at < now() FOR UPDATE SKIP LOCKED) RETURNING id)
UPDATE editor_attempt SET wave_id = NULL, due_at = now() FROM expired WHERE wave_id = expired.id
"""
_END = """
WITH ended AS (DELETE FROM editor_wave WHERE id = %s RETURNING id)
UPDATE editor_attempt SET wave_id = NULL, due_at = now() FROM ended WHERE wave_id = ended.id
"""


def start() -> str:
    """Begin a lease and give the wave's id."""
    wave_id = str(Wave().id)
    with connection.cursor() as cursor:
        cursor.execute(_START, [wave_id, LEASE_SECONDS])
    return wave_id


def renew(wave_id: str) -> bool:
    """Prolong a lease; False when it ran out and was taken away, and then the wave must stop."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [LEASE_SECONDS, wave_id])
        return bool(cursor.rowcount)


def end(wave_id: str) -> None:
    """Give a lease back, and with it whatever attempts are left."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [wave_id])


def release_expired() -> int:
    """Make the attempts of dead waves due again, and tell how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE)
        return int(cursor.rowcount)


def live() -> int:
    """Count the waves whose lease holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM editor_wave WHERE expires_at > now()")
        (count,) = cursor.fetchone()
    return int(count)
