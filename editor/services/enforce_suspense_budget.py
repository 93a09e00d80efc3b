"""Stop ordering from a provider where too much of what we may owe it is unsettled today."""

from datetime import datetime, time, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from billing import facade
from billing.money import format_short
from editor.models import Alert, ProviderState
from editor.services.raise_alert import BUDGET, raise_alert

log = structlog.get_logger(__name__)

OVER = "The breaker is not open for it any more."


def enforce_suspense_budget() -> list[str]:
    """Open the breakers of those over their daily budget until midnight, UTC; gives whose were opened.

    Each has its alert. Staff who close a breaker before midnight allow as much again: the budget counts once more
    for every time that it was opened today. Locks the provider's row; safe to repeat and to run twice at once.
    """
    _close_alerts()
    today = {name: owed.today for name, owed in facade.suspense().items()}
    return [name for name in sorted(today) if today[name] > settings.SUSPENSE_BUDGET and _enforce(name, today[name])]


def _enforce(name: str, booked: int) -> bool:
    with transaction.atomic():
        state = ProviderState.objects.select_for_update(of=("self",)).annotate(now=Now()).filter(name=name).first()
        if state is None or _is_open(state, state.now):
            return False
        midnight = datetime.combine(state.now.date(), time.min, tzinfo=state.now.tzinfo)
        opened = Alert.objects.filter(kind=BUDGET, subject=name, opened_at__gte=midnight).count()
        if booked <= settings.SUSPENSE_BUDGET * (opened + 1):
            return False
        allowed = format_short(settings.SUSPENSE_BUDGET)
        said = f"${format_short(booked)} booked today is for unknown outcomes; the budget is ${allowed} a day."
        state.opened_at, state.open_until = state.now, midnight + timedelta(days=1)
        state.open_code, state.open_reason = BUDGET, said
        state.probe, state.probe_until = "", None
        state.save(update_fields=["opened_at", "open_until", "open_code", "open_reason", "probe", "probe_until"])
        raise_alert(kind=BUDGET, subject=name, message=f"{name}: {said} Nothing new is ordered before midnight.")
        log.warning("breaker_opened", provider=name, code=BUDGET)
    return True


def _is_open(state: ProviderState, now: datetime) -> bool:
    return state.open_code == BUDGET and state.open_until is not None and state.open_until > now


def _close_alerts() -> None:
    """Close the alerts of those whose breaker staff have closed, or the day has."""
    stopped = ProviderState.objects.filter(open_code=BUDGET, open_until__gt=Now())
    Alert.objects.filter(kind=BUDGET, closed_at=None).exclude(subject__in=stopped.values("name")).update(
        closed_at=Now(), note=OVER
    )
