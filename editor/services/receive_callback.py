"""Receive a provider's callback: keep it as it came, and have the provider asked. It changes no state by itself."""

import hashlib

from django.db import transaction
from django.db.models.functions import Now

from accounts import wall
from editor.attempts import AttemptState
from editor.errors import NotFound
from editor.models import Attempt, Callback
from editor.providers.registry import PROVIDERS
from editor.services.hint_ticket import hint_ticket
from editor.wakeups import wake_waves

LONGEST_BODY = 65_536
MOST_KEPT = 20
ASKABLE = [AttemptState.ACCEPTED, AttemptState.UNKNOWN, AttemptState.LOST]


def receive_callback(*, provider: str, token: str, body: bytes) -> None:
    """Store a callback and wake who drives its attempt. Raises NotFound for a token that is not of this provider.

    An attempt whose ticket we never learned keeps the one that the callback names, to be asked after with our own key.
    Of one attempt's callbacks the first twenty are stored.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()
    wall.open_to_owner("callback", digest)
    attempt = Attempt.objects.filter(callback_sha256=digest, provider=provider).only("id").first()
    if attempt is None:
        raise NotFound("There is nothing here.")
    hint = PROVIDERS[provider].read_callback(body)
    with transaction.atomic():
        if attempt.callbacks.count() < MOST_KEPT:
            Callback.objects.create(attempt=attempt, body=body[:LONGEST_BODY])
        if hint.ticket:
            hint_ticket(attempt_id=attempt.id, ticket=hint.ticket)
        is_free = Attempt.objects.filter(id=attempt.id, wave=None, state__in=ASKABLE).update(due_at=Now())
        wake_waves("" if is_free else attempt.id)
