"""Idempotency keys: what a key of a workspace was used for, and how it was answered."""

from django.db import models

from accounts.models import Workspace
from editor.models.edit import Edit


class IdempotencyKey(models.Model):
    """A used Idempotency-Key: kept 24 hours, with the answer that a replay gets again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    is_test = models.BooleanField(default=False, help_text="used by a test key, which shares none with live ones")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64, help_text="of the body, canonically written")
    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="+")
    status = models.PositiveSmallIntegerField(default=202)
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "is_test", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
