"""Exports: everything of a workspace in one zip, built in the background."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace


class ExportState(models.TextChoices):
    """Where an export is; ready, failed and expired are final."""

    BUILDING = "building", "being built"
    READY = "ready", "ready"
    FAILED = "failed", "failed"
    EXPIRED = "expired", "expired"


class WorkspaceExport(models.Model):
    """One export. While `taken_until` is ahead (by the database's clock) it is `taken_by`'s, who alone writes.

    `done` of `total` pictures are in the file; `last_image` is the newest of them, from which a successor goes on.
    `tries` counts takings since the last progress. The file is in the storage under `file` until `expires_at`.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("exp"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=ExportState.choices, default=ExportState.BUILDING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0, help_text="pictures whose file could not be read")
    last_image = models.CharField(max_length=MAX_LENGTH, blank=True)
    taken_by = models.CharField(max_length=40, blank=True)
    taken_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=120, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="export_of_workspace")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(state=ExportState.BUILDING), name="export_one_being_built"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} export of {self.workspace_id}"
