"""Claim due attempts: each goes to one wave, with its epoch raised so that an earlier holder writes nothing more."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from editor.attempts import AttemptState
from editor.waves.admission import admit

# Whoever was in a dying wave's hands twice in a row may be why. While none of these is under test, half of those that
# died most often are taken together: if they live they are cleared, if they die half of them are next, and so the one
# that kills is alone after as many tests as halvings, and is parked.
_DUE = """
WITH due AS (
    SELECT id FROM editor_attempt WHERE due_at <= now() AND state <> 'intent' AND deaths < 2
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED),
worst AS (
    SELECT deaths, count(*) AS many FROM editor_attempt WHERE due_at <= now() AND state <> 'intent' AND deaths >= 2
    GROUP BY deaths ORDER BY deaths DESC LIMIT 1),
suspects AS (
    SELECT id FROM editor_attempt WHERE due_at <= now() AND state <> 'intent' AND deaths = (SELECT deaths FROM worst)
    AND NOT EXISTS (SELECT 1 FROM editor_attempt WHERE deaths >= 2 AND wave_id IS NOT NULL)
    ORDER BY random() LIMIT greatest(1, least(100, (SELECT many / 2 FROM worst))) FOR UPDATE SKIP LOCKED),
running AS (
    SELECT workspace_id, count(*) AS many FROM editor_attempt
    WHERE is_test AND finished_at IS NULL AND (state <> 'intent' OR wave_id IS NOT NULL) GROUP BY workspace_id),
next AS (
    SELECT id, turn, due_at FROM (
        SELECT id, due_at, coalesce(many, 0) + row_number() OVER (PARTITION BY workspace_id ORDER BY due_at, id) AS turn
        FROM editor_attempt LEFT JOIN running USING (workspace_id)
        WHERE is_test AND finished_at IS NULL AND state = 'intent' AND due_at <= now()) AS waiting
    WHERE turn <= %s ORDER BY turn, due_at
    LIMIT greatest(0, %s - (SELECT coalesce(sum(many), 0) FROM running))),
tests AS (
    SELECT attempt.id FROM editor_attempt AS attempt JOIN next USING (id)
    WHERE state = 'intent' AND attempt.due_at IS NOT NULL FOR UPDATE OF attempt SKIP LOCKED)
SELECT id, true FROM due UNION ALL SELECT id, true FROM suspects UNION ALL SELECT id, false FROM tests
"""
# Tests have limits of their own, far from those of the providers: so many at once, and of a workspace some of them.
TESTS_AT_ONCE, TESTS_OF_ONE = 40, 10
_TAKE = """
UPDATE editor_attempt AS attempt SET wave_id = %(wave)s, due_at = NULL, epoch = epoch + 1
FROM editor_edit AS edit WHERE attempt.id = ANY(%(ids)s) AND edit.id = attempt.edit_id
RETURNING attempt.id, attempt.epoch, attempt.state, attempt.provider, attempt.n, attempt.edit_id, attempt.workspace_id,
    edit.project_id, edit.created_by_id, %(here)s + (edit.deadline_at - now()), attempt.started_at,
    %(here)s + (attempt.entered_at - now()), attempt.ticket, attempt.hinted_ticket,
    ARRAY(SELECT jsonb_array_elements_text(attempt.results)), attempt.deaths, attempt.is_test,
    (SELECT median_seconds FROM editor_providerstate
     WHERE name = attempt.provider AND samples >= %(samples)s AND NOT attempt.is_test)
"""
ENOUGH_SAMPLES = 20  # before a provider's median is relied on


@dataclass(slots=True)
class Held:
    """An attempt while a wave drives it.

    `wake` is set when it shall not rest any longer; `hinted` tells that a callback says it is worth asking now,
    `rested` that it was here to be told so. `deadline_at` and `entered_at` are by this process's clock, which may be
    wrong: they are as far from now as the database finds them. `usual_seconds` is its provider's median, None
    until it is well known. `said` is the last answer, until it is written down.
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
    is_test: bool = False
    usual_seconds: float | None = None
    said: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    rested: bool = False
    hinted: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.state = AttemptState(self.state)

    @property
    def line(self) -> str:
        """Name whom it deals with: its provider, or for a test the one that the simulator plays."""
        return f"simulated {self.provider}" if self.is_test else self.provider

    def hint(self) -> None:
        """Say that a callback came."""
        self.hinted = True
        self.wake.set()


def claim(wave_id: str, limit: int) -> list[Held]:
    """Take up to `limit` due attempts, first those already with a provider, then what may be sent; oldest first.

    Tests that may begin come besides.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [limit, TESTS_OF_ONE, TESTS_AT_ONCE])
            found = cursor.fetchall()
        ids, room = [attempt_id for attempt_id, _ in found], limit - sum(counts for _, counts in found)
        if room > 0:
            ids += admit(room)
        return _take(wave_id, ids) if ids else []


def _take(wave_id: str, ids: list[str]) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"wave": wave_id, "ids": ids, "here": datetime.now(UTC), "samples": ENOUGH_SAMPLES})
        held = [Held(*row) for row in cursor.fetchall()]
    return sorted(held, key=lambda one: one.id)
