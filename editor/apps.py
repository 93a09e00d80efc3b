from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EditorConfig(AppConfig):
    """Projects, pictures and edits."""

    name = "editor"

    def ready(self) -> None:
        """Have the housekeeping scheduled, and a row for each provider, wherever the tables are."""
        post_migrate.connect(_schedule_housekeeping, sender=self)
        post_migrate.connect(_make_provider_rows, sender=self)


def _schedule_housekeeping(**_: Any) -> None:
    from django_q.models import Schedule

    Schedule.objects.update_or_create(
        name="housekeeping", defaults={"func": "editor.tasks.housekeeping", "schedule_type": Schedule.HOURLY}
    )


def _make_provider_rows(**_: Any) -> None:
    from editor.models import ProviderState
    from editor.providers.registry import PROVIDERS

    ProviderState.objects.bulk_create([ProviderState(name=name) for name in PROVIDERS], ignore_conflicts=True)
