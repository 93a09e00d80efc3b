"""Heartbeats: when a process that works unseen last finished a round."""

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """A worker's last sign of life, by the database's clock. The sweeper's name is `SWEEPER`."""

    SWEEPER = "sweeper"

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def beat(name: str) -> None:
        """Write down that this worker is alive now; one statement."""
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
        )
