"""Leases: while a wave's row is fresh, by the database's clock, the attempts it claimed are its own."""

import os

from django.db import connection

from editor.models import Wave
from editor.waves.neighbours import dead, place

LEASE_SECONDS = 10
RENEW_SECONDS = 2.5

_RENEW = "UPDATE editor_wave SET expires_at = now() + make_interval(secs => %s) WHERE id = %s"
_START = """
INSERT INTO editor_wave (id, started_at, expires_at, claiming, place, pid)
VALUES (%s, now(), now() + make_interval(secs => %s), true, %s, %s)
"""
_STOP_CLAIMING = "UPDATE editor_wave SET claiming = false WHERE id = %s"
# A closed attempt is nobody's work, but for a lost one, which may yet bring a late picture.
_GIVE_BACK = """
WITH gone AS (
    DELETE FROM editor_wave WHERE id IN (
        SELECT id FROM editor_wave WHERE id = ANY(%s) OR expires_at < now() FOR UPDATE SKIP LOCKED) RETURNING id)
UPDATE editor_attempt SET
    wave_id = NULL, epoch = epoch + 1, due_at = CASE WHEN finished_at IS NULL OR state = 'lost' THEN now() END
FROM gone WHERE wave_id = gone.id
"""


def start() -> str:
    """Begin a lease and give the wave's id."""
    wave_id = str(Wave().id)
    with connection.cursor() as cursor:
        cursor.execute(_START, [wave_id, LEASE_SECONDS, place(), os.getpid()])
    return wave_id


def renew(wave_id: str) -> bool:
    """Prolong a lease; False when it ran out and was taken away, and then the wave must stop."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [LEASE_SECONDS, wave_id])
        return bool(cursor.rowcount)


def end(wave_id: str) -> int:
    """End a lease and those that ran out; what they held is due again. Gives how many attempts that were."""
    return _give_back([wave_id])


def release_expired() -> int:
    """Make the attempts of dead waves due again, and tell how many there were."""
    return _give_back([])


def release_dead() -> int:
    """Do the same, and not wait for the leases of processes that can be seen to have died here."""
    neighbours = Wave.objects.filter(place=place()).exclude(place="").values_list("pid", "id")
    waves: dict[int, list[str]] = {}
    for pid, wave_id in neighbours:
        waves.setdefault(pid, []).append(wave_id)
    return _give_back([wave_id for pid in dead(waves) for wave_id in waves[pid]])


def _give_back(wave_ids: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [wave_ids])
        return int(cursor.rowcount)


def stop_claiming(wave_id: str) -> None:
    """Say that this wave takes nothing more, so that another may."""
    with connection.cursor() as cursor:
        cursor.execute(_STOP_CLAIMING, [wave_id])


def claiming() -> int:
    """Count the waves that take what is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM editor_wave WHERE claiming AND expires_at > now()")
        (count,) = cursor.fetchone()
    return int(count)
