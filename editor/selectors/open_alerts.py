"""The alerts that staff have not closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from editor.models import Alert

MOST = 100
UNSETTLED = ("attempt_unknown", "attempt_lost")
PROVIDERS = ("breaker_open", "provider_account", "suspense_budget")


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """The newest first; `count` counts all of them."""

    alerts: Sequence[Alert]
    count: int

    @property
    def version(self) -> str:
        """A word that changes when there are others."""
        return f"{self.count}." + ".".join(str(alert.id) for alert in self.alerts[:20])


def read_open_alerts() -> OpenAlerts:
    """Read the newest hundred, in two queries."""
    alerts = Alert.objects.filter(closed_at=None).order_by("-opened_at", "-id")
    return OpenAlerts(list(alerts[:MOST]), alerts.count())
