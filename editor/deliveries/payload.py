"""What is sent for an event: written when it is sent, so that the addresses of pictures work for whoever gets it."""

import json
from typing import Any

from editor.api.shapes import edit_json, timestamp
from editor.models import Event
from editor.selectors.edits import edit_record

MOST_BYTES = 20_000
SHORT = 500
# What is left out first of what is too long; whoever wants it asks `GET /edits/{id}`.
LONG: dict[str, Any] = {"routing": [], "attempts": [], "metadata": {}}


def body_of(event: Event) -> str:
    """Write a body of less than 20 kB in UTF-8; what had to be cut is named under `trimmed`."""
    message: dict[str, Any] = {"type": event.type, "timestamp": timestamp(event.created_at), "data": _data(event)}
    body = _json(message)
    for name, nothing in LONG.items():
        if _fits(body):
            return body
        message["data"][name] = nothing
        message.setdefault("trimmed", []).append(name)
        body = _json(message)
    if not _fits(body):
        message["data"]["prompt"] = message["data"]["prompt"][:SHORT]
        message["trimmed"].append("prompt")
        if message["data"]["error"]:
            message["data"]["error"]["message"] = message["data"]["error"]["message"][:SHORT]
            message["trimmed"].append("error")
        body = _json(message)
    return body


def _data(event: Event) -> dict[str, Any]:
    if event.edit is None:
        return dict(event.data)
    test = event.edit.is_test
    return edit_json(edit_record(workspace_id=event.workspace_id, edit_id=event.edit.id, test=test))


def _json(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _fits(body: str) -> bool:
    return len(body.encode()) < MOST_BYTES
