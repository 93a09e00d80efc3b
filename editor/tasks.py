"""Doors for django-q2: each unpacks its arguments and calls one thing. Run twice, or never, they change only time."""

import random
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from editor.images.store import discard
from editor.models import IdempotencyKey, Image, ProviderTally
from editor.services.mail_alert import mail_alert
from editor.services.total_attempts import total_attempts
from editor.waves import lease
from editor.waves.loop import CLAIMING_SECONDS, run_wave
from editor.waves.stopping import STOPPING

CLUSTER = "waves"
WAVES = 2
KEPT = timedelta(hours=24)
TALLIES_KEPT = timedelta(hours=1)


def wave() -> None:
    """Run one wave, unless enough of them run, and see that another follows."""
    if STOPPING.is_set() or lease.claiming() >= WAVES:
        return
    run_wave(CLAIMING_SECONDS * random.uniform(0.6, 1.4), on_closing=ensure_waves)  # noqa: S311 - not both at once
    ensure_waves()


def ensure_waves() -> None:
    """Enqueue as many waves as are missing, counting those that wait in the queue; none in a process that stops."""
    if STOPPING.is_set():
        return
    waiting = OrmQ.objects.filter(key=CLUSTER, lock__lte=Now()).count()
    for _ in range(WAVES - lease.claiming() - waiting):
        async_task("editor.tasks.wave", cluster=CLUSTER)


def alert_mail(kind: str, subject: str) -> None:
    """Mail an alert to staff."""
    mail_alert(kind=kind, subject=subject)


def housekeeping() -> None:
    """Forget idempotency keys after a day, and results that a dying process stored but never listed; count attempts."""
    total_attempts()
    a_day_ago = timezone.now() - KEPT
    IdempotencyKey.objects.filter(created_at__lt=a_day_ago).delete()
    ProviderTally.objects.filter(at__lt=timezone.now() - TALLIES_KEPT).delete()
    for image in Image.objects.filter(is_output=True, output=None, created_at__lt=a_day_ago)[:1000]:
        discard(image)
