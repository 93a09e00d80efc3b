"""Signs of life: what each part of the house shows of itself, aged by the database's clock."""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import Error, connection, transaction

from config.embedded.launcher import CannotStart
from editor.models import Heartbeat

ANSWER_WITHIN_MS = 2000
STALE_SECONDS = 15.0  # three beats missed
HOST = socket.gethostname()[-20:]


@dataclass(frozen=True, slots=True)
class Signs:
    """Beats by name and their age in seconds; how long work has been due, and how many waves hold a lease.

    `web` tells whether the web server answered; True where it is not asked.
    """

    beats: dict[str, float]
    due_seconds: float
    live_waves: int
    web: bool = True


def beat_of_cluster(queue: str) -> str:
    """Name the heartbeat of this machine's cluster for a queue: another machine's says nothing of ours."""
    return f"cluster {queue}@{HOST}"


def read_signs(web_answers: Callable[[], bool] = lambda: True) -> Signs | None:
    """Look at everything; None when the database does not answer, for then nobody can show a sign."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {ANSWER_WITHIN_MS}")
            cursor.execute("SELECT name, extract(epoch FROM clock_timestamp() - at)::float8 FROM editor_heartbeat")
            beats = dict(cursor.fetchall())
            cursor.execute(  # attempts in two looks, each of which has an index
                """
                SELECT coalesce(extract(epoch FROM now() - least(
                           (SELECT min(due_at) FROM editor_attempt WHERE due_at < now() AND state <> 'intent'),
                           (SELECT min(due_at) FROM editor_attempt WHERE due_at < now() AND state = 'intent'
                            AND NOT is_test))),
                       0)::float8,
                       (SELECT count(*) FROM editor_wave WHERE expires_at > now())
                """
            )
            due_seconds, live_waves = cursor.fetchone()
    except (Error, CannotStart, OSError):
        return None
    return Signs(beats, due_seconds, live_waves, web_answers())


def suspects(children: Iterable[str], signs: Signs | None) -> dict[str, str] | None:
    """Give those of the children of `up` that look stalled, and why; None without signs. Pure."""
    if signs is None:
        return None
    return {child: why for child in children if (why := _symptom(child, signs))}


def _symptom(child: str, signs: Signs) -> str | None:
    """Say why a child of `up` looks stalled; None when it is well.

    A wave that holds a lease may be finishing what was paid for: while one does, nobody is blamed for what waits.
    """
    if child == "web":
        return None if signs.web else "it does not answer"
    queue = child.removeprefix("cluster ")
    age = signs.beats.get(Heartbeat.SWEEPER if child == "sweeper" else beat_of_cluster(queue))
    if age is None or age > STALE_SECONDS:
        return "no sign of life" + (f" for {age:.0f} s" if age is not None else "")
    if queue == "waves" and signs.due_seconds > STALE_SECONDS and not signs.live_waves:
        return f"attempts have been due for {signs.due_seconds:.0f} s, and no wave holds a lease"
    return None
