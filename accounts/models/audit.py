"""What was done in a workspace, by whom and from where; a trigger keeps it from being changed."""

from django.db import models

from accounts.ids import MAX_LENGTH, id_default


class AuditEvent(models.Model):
    """One act. Ids are kept by value, so that nobody's leaving changes the record; append-only.

    `actor_name` is an e-mail address or a key's name as it was then; `staff_id` is whoever acted in a customer's place
    or on the workspace as staff.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("aud"), editable=False)
    workspace_id = models.CharField(max_length=MAX_LENGTH)
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=60, help_text="such as member.invited")
    user_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    api_key_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    staff_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    actor_name = models.CharField(max_length=254, blank=True)
    target = models.CharField(max_length=MAX_LENGTH, blank=True, help_text="the id of what it was done to")
    target_name = models.CharField(max_length=254, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace_id", "-id"], name="audit_of_workspace"),
            models.Index(fields=["workspace_id", "action", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} in {self.workspace_id}"
