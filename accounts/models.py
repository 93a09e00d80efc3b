"""People, the workspaces they share, and the keys that act for a workspace."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

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
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    def __str__(self) -> str:
        return self.name


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


class ApiKey(models.Model):
    """A key that acts for a workspace; only its SHA-256 is kept, the key itself is shown once."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("key"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="api_keys")
    name = models.CharField(max_length=80)
    last_four = models.CharField(max_length=4)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the whole key, in hex")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_four})"
