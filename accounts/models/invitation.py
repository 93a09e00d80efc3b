"""Invitations into a workspace."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.ids import MAX_LENGTH, id_default
from accounts.models.people import User, Workspace
from accounts.permissions import Role


class Invitation(models.Model):
    """A seat offered to one e-mail address; open until it is accepted, revoked or expired.

    Only a hash of its token is kept; sending it again makes a new token.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("inv"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(help_text="in lower case")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hex")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} into {self.workspace_id}"
