from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EditorConfig(AppConfig):
    """Projects, pictures and edits."""

    name = "editor"

    def ready(self) -> None:
        """Have the housekeeping scheduled wherever the tables are."""
        post_migrate.connect(_schedule_housekeeping, sender=self)


def _schedule_housekeeping(**_: Any) -> None:
    from django_q.models import Schedule

    Schedule.objects.update_or_create(
        name="housekeeping", defaults={"func": "editor.tasks.housekeeping", "schedule_type": Schedule.HOURLY}
    )
