"""The alerts that staff have not closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from editor.models import Alert

PAGE = 40  # a page of HTML stays under 60 kB
UNSETTLED = ("attempt_unknown", "attempt_lost")
PROVIDERS = ("breaker_open", "provider_account", "suspense_budget")


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """The newest first; `count` counts all, `following` is how many to skip for the next page, None on the last."""

    alerts: Sequence[Alert]
    count: int
    following: int | None

    @property
    def version(self) -> str:
        """A word that changes when there are others."""
        return f"{self.count}." + ".".join(str(alert.id) for alert in self.alerts)


def read_open_alerts(*, skip: int = 0) -> OpenAlerts:
    """Read a page of them, in two queries."""
    alerts = Alert.objects.filter(closed_at=None).order_by("-opened_at", "-id")
    count, end = alerts.count(), skip + PAGE
    return OpenAlerts(list(alerts[skip:end]), count, end if end < count else None)
