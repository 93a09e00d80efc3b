"""The audit log as a file, written while it is sent, so that a long log needs no more memory than a short one."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.selectors.audit import Filter, every_event
from accounts.spreadsheets import csv_lines

COLUMNS = (
    "id", "at", "action", "actor_name", "user_id", "api_key_id", "staff_id", "target", "target_name", "before", "after",
    "note", "address", "request_id",
)  # fmt: skip


def audit_file(*, workspace_id: str, filter_by: Filter, kind: str) -> StreamingHttpResponse:
    """Answer with every event that is looked for, newest first; `kind` is csv or json."""
    batches = every_event(workspace_id=workspace_id, filter_by=filter_by)
    response = StreamingHttpResponse(_WRITERS[kind](batches), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.now():%Y-%m-%d}.{kind}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _as_csv(batches: Iterable[list[AuditEvent]]) -> Iterator[str]:
    yield csv_lines([COLUMNS])
    for batch in batches:
        yield csv_lines([_plain(value) for value in _values(event).values()] for event in batch)


def _as_json(batches: Iterable[list[AuditEvent]]) -> Iterator[str]:
    between = "[\n"
    for batch in batches:
        for event in batch:
            yield between + json.dumps(_values(event), ensure_ascii=False)
            between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _values(event: AuditEvent) -> dict[str, Any]:
    return {**{name: getattr(event, name) for name in COLUMNS}, "at": event.at.isoformat()}


def _plain(value: Any) -> Any:
    return (json.dumps(value, ensure_ascii=False) if value else "") if isinstance(value, dict) else value


_WRITERS: dict[str, Callable[[Iterable[list[AuditEvent]]], Iterator[str]]] = {"csv": _as_csv, "json": _as_json}
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
