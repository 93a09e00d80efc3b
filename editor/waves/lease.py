"""Leases: while a wave's row is fresh, by the database's clock, the attempts it claimed are its own."""

import os
from collections.abc import Iterable

from django.db import connection, transaction

from editor.models import Wave
from editor.services.raise_alert import PARKED as ATTEMPT_PARKED
from editor.services.raise_alert import raise_alert
from editor.waves.neighbours import dead, place

LEASE_SECONDS = 10
RENEW_SECONDS = 2.5

_RENEW = "UPDATE editor_wave SET expires_at = now() + make_interval(secs => %s) WHERE id = %s"
_START = """
INSERT INTO editor_wave (id, started_at, expires_at, claiming, place, pid)
VALUES (%s, now(), now() + make_interval(secs => %s), true, %s, %s)
"""
_STOP_CLAIMING = "UPDATE editor_wave SET claiming = false WHERE id = %s"
# A closed attempt is nobody's work, but for a lost one, which may yet bring a late picture. Nor is one that its holder
# died of three times in a row, the last time as the only suspect it had.
_GIVE_BACK = """
WITH gone AS (
    DELETE FROM editor_wave WHERE id IN (
        SELECT id FROM editor_wave WHERE id = ANY(%(waves)s) OR expires_at < now() FOR UPDATE SKIP LOCKED)
    RETURNING id),
suspects AS (
    SELECT count(*) AS number FROM editor_attempt WHERE deaths >= 2 AND wave_id IN (SELECT id FROM gone)
    AND wave_id <> %(ended)s)
UPDATE editor_attempt SET
    wave_id = NULL, epoch = epoch + 1, deaths = deaths + (gone.id <> %(ended)s)::int,
    due_at = CASE WHEN deaths >= 2 AND gone.id <> %(ended)s AND suspects.number = 1 THEN NULL
                  WHEN finished_at IS NULL OR state = 'lost' THEN now() END
FROM gone, suspects WHERE wave_id = gone.id
RETURNING editor_attempt.id, provider, deaths > 2 AND due_at IS NULL
"""
_CLEAR = "UPDATE editor_attempt SET deaths = 0 WHERE wave_id = %s AND id = ANY(%s)"
PARKED = "It was in hand when three processes died in a row, and is left alone until its edit's deadline."


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
    return _give_back([wave_id], ended=wave_id)


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


def _give_back(wave_ids: list[str], *, ended: str = "") -> int:
    """Take leases away; an attempt whose holder did not end by itself has one death more, and may be parked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"waves": wave_ids, "ended": ended})
        given_back = cursor.fetchall()
        for attempt_id, provider, is_parked in given_back:
            if is_parked:
                raise_alert(kind=ATTEMPT_PARKED, subject=attempt_id, message=PARKED, provider=provider)
    return len(given_back)


def clear(wave_id: str, attempt_ids: Iterable[str]) -> None:
    """Say that these attempts, which this wave holds, are not what earlier holders died of."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, [wave_id, list(attempt_ids)])


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
