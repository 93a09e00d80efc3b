"""Take in what Stripe posts: checked, stored once, and a task enqueued in the same transaction. Nothing is believed."""

import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_q.tasks import async_task

from billing import stripe_api
from billing.errors import BadSignature

LONGEST_BODY = 64 * 1024
LONGEST_ID, LONGEST_TYPE = 255, 80
STORE = """
INSERT INTO billing_stripeevent (id, type, object_id, body, received_at, tries, outcome)
VALUES (%s, %s, %s, %s::jsonb, now(), 0, '') ON CONFLICT (id) DO NOTHING
"""


@transaction.atomic
def receive_event(*, body: bytes, signature: str) -> bool:
    """Store an event and have it handled; tells whether it was new.

    Raises BadSignature unless one of our secrets signed these very bytes within five minutes of now, and for bytes
    that are no event; then nothing is kept.
    """
    if not stripe_api.check_signature(body, signature, now=timezone.now()):
        raise BadSignature
    event_id, kind, object_id, read = _read(body)
    with connection.cursor() as cursor:
        cursor.execute(STORE, [event_id, kind, object_id, json.dumps(read)])
        is_new = bool(cursor.rowcount)
    if is_new:
        async_task("billing.tasks.stripe_event", event_id)
    return is_new


def _read(body: bytes) -> tuple[str, str, str, Any]:
    try:
        read = json.loads(body)
    except ValueError as error:
        raise BadSignature from error
    match read:
        case {"id": str(event_id), "type": str(kind), "data": {"object": {"id": str(object_id)}}} if (
            "\x00" not in event_id + kind + object_id
            and 0 < len(event_id) <= LONGEST_ID
            and len(kind) <= LONGEST_TYPE
            and len(object_id) <= LONGEST_ID
        ):
            return event_id, kind, object_id, _without_nul(read)
    raise BadSignature


def _without_nul(value: Any) -> Any:
    """Leave out what PostgreSQL's JSON cannot hold."""
    match value:
        case str():
            return value.replace("\x00", "")
        case list():
            return [_without_nul(one) for one in value]
        case dict():
            return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    return value
