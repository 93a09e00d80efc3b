"""Write down what happened to attempts: all that is waiting goes out in one statement, then its writers go on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, connection

from editor.attempts import AttemptState
from editor.domain import EditStatus
from editor.waves.patience import patiently

_WRITE = """
UPDATE editor_attempt AS a SET
    state = c.state,
    deaths = 0,
    wave_id = CASE WHEN c.release THEN NULL ELSE a.wave_id END,
    due_at = CASE WHEN NOT c.release THEN NULL
                  WHEN c.state = 'unknown' AND a.hinted_ticket <> c.hint THEN now()
                  ELSE now() + make_interval(secs => c.due_in) END,
    payload = coalesce(c.payload, a.payload),
    payload_sha256 = coalesce(c.payload_sha256, a.payload_sha256),
    callback_sha256 = coalesce(c.callback_sha256, a.callback_sha256),
    ticket = coalesce(c.ticket, a.ticket),
    reported_cost = coalesce(c.reported_cost, a.reported_cost),
    results = coalesce(c.results, a.results),
    exchange = CASE WHEN c.said IS NULL OR a.exchange @> c.said THEN a.exchange ELSE a.exchange || c.said END,
    error_code = coalesce(c.error_code, a.error_code),
    error_message = coalesce(c.error_message, a.error_message),
    entered_at = CASE WHEN c.state = a.state THEN a.entered_at ELSE now() END,
    started_at = CASE WHEN c.state = 'submitting' AND a.state = 'intent' THEN now() ELSE a.started_at END
FROM jsonb_to_recordset(%s::jsonb) AS c(
    id text, epoch int, was text, state text, release boolean, due_in float8, hint text, payload jsonb,
    payload_sha256 text, callback_sha256 text, ticket text, reported_cost text, results jsonb, error_code text,
    error_message text, said jsonb)
WHERE a.id = c.id AND a.epoch = c.epoch AND a.state IN (c.was, c.state)
RETURNING a.id, a.edit_id, a.state
"""
_RUNNING = "UPDATE editor_edit SET status = %s WHERE id = ANY(%s) AND status = %s"


class TicketTaken(Exception):
    """Another attempt already has this ticket from this provider; nothing was written."""


@dataclass(frozen=True, slots=True)
class Change:
    """A transition of one attempt, written only if it is still in state `was` and epoch `epoch`.

    One that is there already is written again: the epoch is its holder's alone, so it was written by the same hand,
    on a connection that broke before it could say so. `release` lets go of the attempt for `due_in` seconds, or for
    good without them; an unknown attempt is due at once when a callback has named another ticket than `hint`, the one
    already followed. None leaves a column as it is; `said` is added to the exchange that is kept as evidence.
    """

    id: str
    epoch: int
    was: AttemptState
    state: AttemptState
    release: bool = False
    due_in: float | None = None
    hint: str = ""
    payload: Any = None
    payload_sha256: str | None = None
    callback_sha256: str | None = None
    ticket: str | None = None
    reported_cost: str | None = None
    results: list[str] | None = None
    error_code: str | None = None
    error_message: str | None = None
    said: list[dict[str, Any]] | None = None


def write(changes: list[Change]) -> set[str]:
    """Write the changes in one statement; gives the ids that were still theirs. Raises IntegrityError as a whole."""
    rows = json.dumps([asdict(change) for change in changes])
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [rows])
        written = cursor.fetchall()
        begun = [edit_id for _, edit_id, state in written if state == AttemptState.SUBMITTING]
        if begun:
            cursor.execute(_RUNNING, [EditStatus.RUNNING, begun, EditStatus.QUEUED])
    return {row[0] for row in written}


class Recorder:
    """Collects changes while a statement is under way and sends them together in the next one."""

    def __init__(self, in_database: Callable[..., Awaitable[Any]]) -> None:
        """Take the function that runs another one in the database's thread."""
        self._in_database = in_database
        self._waiting: list[tuple[Change, asyncio.Future[bool]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def write(self, change: Change) -> bool:
        """Write a change; False when the attempt is no longer ours. Raises TicketTaken."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, done))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())
        return await done

    async def _send(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                written = await patiently(self._in_database, write, [change for change, _ in batch])
            except IntegrityError:
                await self._send_singly(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, the writers must hear of it
                for _, done in batch:
                    _settle(done, error)
            else:
                for change, done in batch:
                    _settle(done, change.id in written)

    async def _send_singly(self, batch: list[tuple[Change, "asyncio.Future[bool]"]]) -> None:
        for change, done in batch:
            try:
                written = await patiently(self._in_database, write, [change])
            except IntegrityError:
                _settle(done, TicketTaken(change.ticket))
            except Exception as error:  # noqa: BLE001 - as above
                _settle(done, error)
            else:
                _settle(done, change.id in written)


def _settle(done: "asyncio.Future[bool]", outcome: object) -> None:
    if done.done():
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(bool(outcome))
