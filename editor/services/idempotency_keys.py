"""Idempotency keys: one request at a time under a key, and one meaning for it."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from editor.domain import Actor
from editor.errors import KeyReused, KeyRunning
from editor.models import IdempotencyKey


def claim(*, actor: Actor, key: str, request_sha256: str) -> IdempotencyKey | None:
    """Take a key for the caller's transaction; gives the earlier use of it, or None when it is new.

    The lock is PostgreSQL's, so a process that dies gives it back. Raises KeyRunning while another request holds it and
    KeyReused when it was used with another body.
    """
    name = f"{actor.workspace_id} {actor.is_test} {key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (locked,) = cursor.fetchone()
    if not locked:
        raise KeyRunning("A request with this Idempotency-Key is running. Wait a second and send it again.")
    return earlier_use(actor=actor, key=key, request_sha256=request_sha256)


def earlier_use(*, actor: Actor, key: str, request_sha256: str) -> IdempotencyKey | None:
    """Find what a key was used for; None when it is new. Raises KeyReused when it was used with another body."""
    used = _uses(actor, key).select_related("edit").first()
    if used is not None and used.request_sha256 != request_sha256:
        raise KeyReused(
            "This Idempotency-Key was used with another body. Nothing was done or charged; send a new key.",
            param="Idempotency-Key",
        )
    return used


def answer_with(*, actor: Actor, key: str, status: int, answer: dict[str, Any]) -> None:
    """Have replays of a key answered with this from now on."""
    _uses(actor, key).update(status=status, answer=answer)


def _uses(actor: Actor, key: str) -> "QuerySet[IdempotencyKey]":
    """Find the use of a key; test keys and live ones share none."""
    return IdempotencyKey.objects.filter(workspace_id=actor.workspace_id, is_test=actor.is_test, key=key)
