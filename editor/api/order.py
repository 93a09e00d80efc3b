"""Order an edit, once under an Idempotency-Key, and give a replay the answer that the first request got."""

from dataclasses import dataclass, replace
from typing import Any

from editor.api.shapes import edit_json
from editor.api.sources import bring_in, has_foreign, throw_away
from editor.domain import Actor, EditRequest
from editor.models import Edit, IdempotencyKey
from editor.quotes import Promise
from editor.selectors.edits import EditRecord
from editor.services.check_webhook_url import check_webhook_url
from editor.services.foresee_edit import foresee_edit
from editor.services.idempotency_keys import answer_with, earlier_use
from editor.services.submit_edit import Idempotency, submit_edit
from editor.services.take_up_promise import take_up_promise

ACCEPTED = 202
ENDED = 200


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key and the SHA-256 of the body it came with."""

    text: str
    request_sha256: str


@dataclass(frozen=True, slots=True)
class Order:
    """An ordered edit and how its request is answered."""

    edit_id: str
    answer: dict[str, Any]
    status: int = ACCEPTED
    replayed: bool = False


def place(*, actor: Actor, request: EditRequest, key: Key | None) -> Order:
    """Submit the edit, or find how the same request was answered before. Raises what `submit_edit` raises.

    Pictures given by URL or as data are stored first, and before them all is checked that can be without them; when
    the edit is not accepted they are thrown away again. Before that `webhook_url` and `quote` are looked at, which
    concerns no replay.
    """
    if (request.webhook_url or request.quote or has_foreign(request)) and key and (used := _used(actor, key)):
        return _replay(used)
    promise = take_up_promise(actor=actor, request=request)
    if request.webhook_url:
        check_webhook_url(request.webhook_url, param="webhook_url")
    if has_foreign(request):
        foresee_edit(actor=actor, request=request, promise=promise)
    ready, fetched = bring_in(request, actor=actor)
    try:
        order = _submit(actor, ready, key, promise)
    except Exception:
        throw_away(fetched)
        raise
    if order.replayed:
        throw_away(fetched)
    return order


def note_end(*, actor: Actor, key: Key | None, order: Order, answer: dict[str, Any]) -> Order:
    """Answer with the edit's end, now and to every replay."""
    if key:
        answer_with(actor=actor, key=key.text, status=ENDED, answer=answer)
    return replace(order, answer=answer, status=ENDED)


def _submit(actor: Actor, request: EditRequest, key: Key | None, promise: Promise | None) -> Order:
    written: list[dict[str, Any]] = []

    def render(edit: Edit) -> dict[str, Any]:
        written.append(edit_json(EditRecord(edit, request.images)))
        return written[0]

    keyed = Idempotency(key.text, key.request_sha256, render) if key else None
    edit = submit_edit(actor=actor, request=request, idempotency=keyed, promise=promise)
    if key and not written and (used := _used(actor, key)):
        return _replay(used)
    return Order(edit.id, written[0] if written else render(edit))


def _used(actor: Actor, key: Key) -> IdempotencyKey | None:
    return earlier_use(actor=actor, key=key.text, request_sha256=key.request_sha256)


def _replay(used: IdempotencyKey) -> Order:
    return Order(used.edit_id, used.answer, used.status, replayed=True)
