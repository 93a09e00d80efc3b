"""What is left of a workspace that was erased."""

from django.db import models

from accounts.ids import MAX_LENGTH, id_default


class DeletionCertificate(models.Model):
    """That a workspace was erased, when, and how much of what; no names. Kept for good, by value.

    It is written before anything is erased, and says when all was once it is true.

    `manifest_sha256` is of the list of all that was erased, a line for each id, sorted, ended by a newline; the list
    itself is not kept.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("crt"), editable=False)
    workspace_id = models.CharField(max_length=MAX_LENGTH, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    manifest_sha256 = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.workspace_id} erased"
