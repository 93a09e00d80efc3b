"""Claim due attempts: each goes to one wave, with its epoch raised so that an earlier holder writes nothing more."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from editor.attempts import AttemptState
from editor.models import Attempt

_CLAIM = """
UPDATE editor_attempt SET wave_id = %s, due_at = NULL, epoch = epoch + 1
FROM (SELECT id AS due_id FROM editor_attempt WHERE due_at <= now()
      ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED) AS due
WHERE id = due_id RETURNING id
"""


@dataclass(slots=True)
class Held:
    """An attempt while a wave drives it. `hinted` is set when a callback says that it is worth asking now."""

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
    asked: int = 0
    hinted: asyncio.Event = field(default_factory=asyncio.Event)


def claim(wave_id: str, limit: int) -> list[Held]:
    """Take up to `limit` due attempts, the longest due first, in two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [wave_id, limit])
        ids = [row[0] for row in cursor.fetchall()]
    return [_held(attempt) for attempt in _rows(ids)] if ids else []


def _rows(ids: list[str]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(id__in=ids).select_related("edit").order_by("id")


def _held(attempt: Attempt) -> Held:
    facts: dict[str, Any] = {
        name: getattr(attempt, name)
        for name in (
            "id",
            "epoch",
            "provider",
            "n",
            "edit_id",
            "started_at",
            "entered_at",
            "ticket",
            "hinted_ticket",
            "results",
        )
    }
    return Held(
        state=AttemptState(attempt.state),
        workspace_id=attempt.edit.workspace_id,
        project_id=attempt.edit.project_id,
        created_by_id=attempt.edit.created_by_id,
        deadline_at=attempt.edit.deadline_at,
        **facts,
    )
