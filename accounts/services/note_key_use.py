"""Note that an API key was used."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiKey

EVERY = timedelta(minutes=1)


def note_key_use(key: ApiKey) -> bool:
    """Write down when a key was last used, at most once a minute; no query when that was less than a minute ago.

    Of several requests at once one writes. Tells whether it did.
    """
    if key.last_used_at and timezone.now() - key.last_used_at < EVERY:
        return False
    stale = Q(last_used_at=None) | Q(last_used_at__lte=Now() - EVERY)
    return bool(ApiKey.objects.filter(stale, id=key.id).update(last_used_at=Now()))
