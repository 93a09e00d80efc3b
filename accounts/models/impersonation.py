"""Staff in a customer's place."""

from django.db import models

from accounts.ids import MAX_LENGTH, id_default


class Impersonation(models.Model):
    """For a while and a reason, somebody on the staff sees one workspace as one of its members; ids by value.

    It ends when it is stopped or at `until`, whichever comes first; `ended_at` is null until its end is recorded.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("imp"), editable=False)
    staff_id = models.CharField(max_length=MAX_LENGTH)
    user_id = models.CharField(max_length=MAX_LENGTH)
    workspace_id = models.CharField(max_length=MAX_LENGTH)
    reason = models.CharField(max_length=500)
    started_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["until"], name="impersonation_open", condition=models.Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} as {self.user_id} in {self.workspace_id}"
