"""Forget what was said of orders, once nobody needs it any more; what they cost stays in the books."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from billing.models import CostLine, MonthSignOff

NEEDED = timedelta(days=90)  # after its month was signed off; docs/operating.md says so


def forget_evidence(*, workspace_id: str, attempts: Sequence[str] | None = None) -> None:
    """Empty the evidence of these cost lines, all of the workspace's without any; safe to repeat."""
    lines = CostLine.objects.filter(workspace_id=workspace_id).exclude(evidence={})
    if attempts is not None:
        lines = lines.filter(attempt__in=attempts)
    lines.update(evidence={})


def months_past_doubt() -> list[date]:
    """Name the months, by their first day, whose evidence nobody needs any more: signed off long enough ago."""
    return list(MonthSignOff.objects.filter(signed_at__lt=timezone.now() - NEEDED).values_list("month", flat=True))
