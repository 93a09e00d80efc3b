"""Claim due attempts: each goes to one wave, with its epoch raised so that an earlier holder writes nothing more."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection, transaction

from editor.attempts import AttemptState
from editor.waves.admission import admit

# Whoever was in a dying wave's hands twice in a row may be why. While none of these is under test, half of them are
# taken together: the harmless ones live and are cleared, the one that kills is alone in the end, and is parked.
_DUE = """
WITH due AS (
    SELECT id FROM editor_attempt WHERE due_at <= now() AND state <> 'intent' AND deaths < 2
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED),
suspects AS (
    SELECT id FROM editor_attempt WHERE due_at <= now() AND state <> 'intent' AND deaths >= 2
    AND NOT EXISTS (SELECT 1 FROM editor_attempt WHERE deaths >= 2 AND wave_id IS NOT NULL)
    ORDER BY random() LIMIT greatest(1, least(100, (SELECT count(*) / 2 FROM editor_attempt
        WHERE due_at <= now() AND state <> 'intent' AND deaths >= 2))) FOR UPDATE SKIP LOCKED)
SELECT id FROM due UNION ALL SELECT id FROM suspects
"""
_TAKE = """
UPDATE editor_attempt AS attempt SET wave_id = %(wave)s, due_at = NULL, epoch = epoch + 1
FROM editor_edit AS edit WHERE attempt.id = ANY(%(ids)s) AND edit.id = attempt.edit_id
RETURNING attempt.id, attempt.epoch, attempt.state, attempt.provider, attempt.n, attempt.edit_id, attempt.workspace_id,
    edit.project_id, edit.created_by_id, %(here)s + (edit.deadline_at - now()), attempt.started_at,
    %(here)s + (attempt.entered_at - now()), attempt.ticket, attempt.hinted_ticket,
    ARRAY(SELECT jsonb_array_elements_text(attempt.results)), attempt.deaths,
    (SELECT median_seconds FROM editor_providerstate WHERE name = attempt.provider AND samples >= %(samples)s)
"""
ENOUGH_SAMPLES = 20  # before a provider's median is relied on


@dataclass(slots=True)
class Held:
    """An attempt while a wave drives it.

    `wake` is set when it shall not rest any longer; `hinted` tells that a callback says it is worth asking now,
    `rested` that it was here to be told so. `deadline_at` and `entered_at` are by this process's clock, which may be
    wrong: they are as far from now as the database finds them. `usual_seconds` is its provider's median, None
    until it is well known.
    """

    id: str
    epoch: int
    state: AttemptState
    provider: str
    n: int
    edit_id: str
    workspace_id: str
    project_id: str
    created_by_id: str | None
    deadline_at: datetime
    started_at: datetime | None
    entered_at: datetime
    ticket: str
    hinted_ticket: str
    results: list[str]
    deaths: int
    usual_seconds: float | None = None
    asked: int = 0
    rested: bool = False
    hinted: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.state = AttemptState(self.state)

    def hint(self) -> None:
        """Say that a callback came."""
        self.hinted = True
        self.wake.set()


def claim(wave_id: str, limit: int) -> list[Held]:
    """Take up to `limit` due attempts, first those already with a provider, then what may be sent; oldest first."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [limit])
            ids = [row[0] for row in cursor.fetchall()]
        if len(ids) < limit:
            ids += admit(limit - len(ids))
        return _take(wave_id, ids) if ids else []


def _take(wave_id: str, ids: list[str]) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"wave": wave_id, "ids": ids, "here": datetime.now(UTC), "samples": ENOUGH_SAMPLES})
        held = [Held(*row) for row in cursor.fetchall()]
    return sorted(held, key=lambda one: one.id)
