"""Waves: the leases of the processes that drive attempts."""

from django.db import models

from accounts.ids import MAX_LENGTH, id_default


class Wave(models.Model):
    """One running wave. While `expires_at` is ahead (by the database's clock) its attempts are nobody else's.

    Whoever runs in the same `place` can see whether its process still lives; an empty one is nobody's neighbourhood.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("wav"), editable=False)
    started_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    claiming = models.BooleanField(default=True, help_text="false while it only finishes what it holds")
    place = models.CharField(max_length=80, default="", help_text="the running kernel and its table of processes")
    pid = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.id
