"""Submit an edit: the price promised, credit set aside, the first attempts written down; all at once or not at all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing import facade
from billing.money import format_short
from editor.domain import Actor, EditRequest
from editor.errors import NoRoute, PriceTooHigh
from editor.limits import check_request
from editor.models import Edit, EditInput, IdempotencyKey, Image
from editor.quotes import Promise
from editor.services import idempotency_keys
from editor.services.ask_approval import ask_approval, spends_of, tell_budgets
from editor.services.default_project import project_for
from editor.services.note_event import note_low_credit
from editor.services.order_parts import order_parts
from editor.services.own_endpoint import endpoint_for_edits
from editor.services.quote_edit import Quote, quote_edit

APPROVAL_LASTS = timedelta(days=7)
HOLD_GRACE = timedelta(minutes=10)  # after the deadline, should nobody have ended the edit by then


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The key a caller sent and the SHA-256 of the canonical body; `render` writes the answer that replays get."""

    key: str
    request_sha256: str
    render: Callable[[Edit], dict[str, Any]]


def submit_edit(
    *, actor: Actor, request: EditRequest, idempotency: Idempotency | None = None, promise: Promise | None = None
) -> Edit:
    """Accept an edit and wake the waves; a used idempotency key gives back the edit it was used for.

    A test is quoted like any other, and holds nothing. A promise is kept, whatever the prices are by now. One
    transaction; when it raises, nothing is kept. Raises InvalidInput, NoRoute, PriceTooHigh, InsufficientCredit, Owes,
    OverBudget where nobody may approve it, else it waits; Busy for a test without a simulator; with an idempotency key
    KeyRunning and KeyReused.
    """
    check_request(request)
    if idempotency is None:
        return _accept_or_ask(actor, request, promise)
    with transaction.atomic():
        used = idempotency_keys.claim(actor=actor, key=idempotency.key, request_sha256=idempotency.request_sha256)
        if used is not None:
            return used.edit
        edit = _accept_or_ask(actor, request, promise)
        IdempotencyKey.objects.create(
            workspace_id=actor.workspace_id,
            is_test=actor.is_test,
            key=idempotency.key,
            request_sha256=idempotency.request_sha256,
            edit=edit,
            answer=idempotency.render(edit),
        )
    return edit


def _accept_or_ask(actor: Actor, request: EditRequest, promise: Promise | None) -> Edit:
    """Accept it; over a budget that has an approver, accept it to wait."""
    try:
        return _accept(actor, request, promise)
    except facade.OverBudget as over:
        if not over.approver:
            raise
        return _accept(actor, request, promise, over=over)


def _accept(
    actor: Actor, request: EditRequest, promise: Promise | None, *, over: facade.OverBudget | None = None
) -> Edit:
    quote = quote_edit(workspace_id=actor.workspace_id, request=request, test=actor.is_test, promise=promise)
    check_quote(request, quote)
    with transaction.atomic():
        edit = _edit(actor, request, quote, project_for(actor=actor, asked=request.project))
        edit.quoted_at = promise.made_at if promise else None
        edit.awaits_approval = over is not None
        if over is not None:
            edit.deadline_at = edit.created_at + APPROVAL_LASTS
        edit.save(force_insert=True)
        if edit.webhook_url:
            endpoint_for_edits(workspace_id=edit.workspace_id)
        EditInput.objects.bulk_create(
            EditInput(edit=edit, image_id=image_id, position=position)
            for position, image_id in enumerate(request.images, start=1)
        )
        if quote.unshelved and not actor.is_test:  # an upload without a project goes where it is first used
            Image.objects.filter(id__in=quote.unshelved, project=None).update(project_id=edit.project_id)
        if over is None:
            order_parts(edit)
        if not actor.is_test:
            _set_aside(edit, over)
    return edit


def _set_aside(edit: Edit, over: facade.OverBudget | None) -> None:
    """Hold what the edit may cost, as the last of what can wait: the wallet is locked until the transaction ends."""
    done = facade.set_aside(
        workspace_id=edit.workspace_id,
        reference=edit.id,
        amount=edit.quoted,
        lasts=edit.deadline_at - edit.created_at + HOLD_GRACE,
        spends=None if over else spends_of(edit),
    )
    if over is not None:
        ask_approval(edit=edit, over=over)
    if done is None:
        return
    if done.held.low is not None:
        note_low_credit(workspace_id=edit.workspace_id, low=done.held.low)
    if done.held.top_up:
        facade.call_top_up(workspace_id=edit.workspace_id)
    tell_budgets(workspace_id=edit.workspace_id, steps=done.steps)


def check_quote(request: EditRequest, quote: Quote) -> None:
    """Raise NoRoute when nobody is able, PriceTooHigh above what the caller would pay."""
    if not quote.route:
        raise NoRoute({verdict.provider: verdict.reason for verdict in quote.verdicts})
    if request.max_price is not None and quote.total > request.max_price:
        raise PriceTooHigh(
            quoted=quote.total,
            max_price=request.max_price,
            message=f"This edit would cost up to ${format_short(quote.total)}, above max_price_usd "
            f"${format_short(request.max_price)}. Nothing was charged.",
        )


def _edit(actor: Actor, request: EditRequest, quote: Quote, project_id: str) -> Edit:
    now = timezone.now()
    return Edit(
        workspace_id=actor.workspace_id,
        project_id=project_id,
        created_by_id=actor.user_id,
        api_key_id=actor.api_key_id,
        created_at=now,
        is_test=actor.is_test,
        model=request.model,
        prompt=request.prompt,
        aspect_ratio=request.aspect_ratio,
        ratio=quote.ratio,
        resolution=request.resolution,
        n=request.n,
        provider_asked=request.provider,
        strategy=request.strategy,
        seed=request.seed,
        guidance_scale=request.guidance_scale,
        watermark=request.watermark,
        max_price=request.max_price,
        deadline_seconds=request.deadline_seconds,
        deadline_at=now + timedelta(seconds=request.deadline_seconds),
        metadata=request.metadata,
        webhook_url=request.webhook_url,
        routing=[asdict(verdict) for verdict in quote.verdicts],
        route=quote.route,
        units={name: asdict(unit) for name, unit in quote.units.items()},
        quoted=quote.total,
    )
