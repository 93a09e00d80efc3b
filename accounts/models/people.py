"""People and the workspaces they share."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.ids import MAX_LENGTH, id_default
from accounts.permissions import Role
from accounts.users import UserManager


class User(AbstractUser):
    """A person, known by e-mail address in lower case; there are no user names."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("usr"), editable=False)
    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]


class Workspace(models.Model):
    """A team; owns projects, images, keys and credit."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("wsp"), editable=False)
    name = models.CharField(max_length=80)
    is_personal = models.BooleanField(default=False, help_text="made at sign-up, for one person")
    allowed_providers = models.JSONField(null=True, blank=True, help_text="names; null allows all")
    retention_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="pictures and prompts are kept for so long; null for ever"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    delete_at = models.DateTimeField(null=True, blank=True, help_text="the end of the grace period of its deletion")
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="when all of it was erased; the ledger keeps the row, which says nothing more"
    )
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    def __str__(self) -> str:
        return self.name

    def is_over(self) -> bool:
        """Tell whether the grace period of its deletion is over, or all of it erased; until then everything works."""
        return self.erased_at is not None or (self.delete_at is not None and self.delete_at <= timezone.now())


class Membership(models.Model):
    """A user's role in a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.workspace_id}"
