"""Keys that act for a workspace."""

from datetime import datetime

from django.db import models

from accounts.ids import MAX_LENGTH, id_default
from accounts.models.people import User, Workspace


class ApiKey(models.Model):
    """A key that acts for a workspace; only its SHA-256 is kept, the key itself is shown once.

    A test key runs on the simulator and never spends. `scopes` are those of `accounts.permissions.Scope`; `allowed_ips`
    are networks such as 203.0.113.0/24, none meaning everywhere; `monthly_cap` is in µ$. A key that was rotated lives
    on until `expires_at`, beside its successor.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("key"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="api_keys")
    name = models.CharField(max_length=80)
    is_test = models.BooleanField(default=False)
    last_four = models.CharField(max_length=4)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the whole key, in hex")
    scopes = models.JSONField(default=list)
    allowed_ips = models.JSONField(default=list)
    monthly_cap = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the minute")
    revoked_at = models.DateTimeField(null=True, blank=True)
    successor = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="predecessor"
    )

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_four})"

    def has_ended(self, now: datetime) -> bool:
        """Tell whether it is revoked or expired, and so refused."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)
