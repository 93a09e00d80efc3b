"""The price book: what one picture costs upstream, since when; and a workspace's own terms."""

from django.db import models
from django.db.models import Q

from accounts.models import Workspace

DEFAULT_MARKUP_PPM = 250_000


class UpstreamPrice(models.Model):
    """What a provider asks for one picture, from a moment on; the newest one that has begun holds."""

    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=40)
    resolution = models.CharField(max_length=10)
    amount = models.BigIntegerField(help_text="micro-dollars for one picture")
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200, help_text="who says so: a document, or who entered it")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_positive"),
            models.UniqueConstraint(
                fields=["provider", "model", "resolution", "valid_from"], name="price_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model} {self.resolution}: {self.amount} µ$"


class WorkspaceTerms(models.Model):
    """What differs from the default terms for one workspace; no row means the default."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, primary_key=True, related_name="terms")
    markup_ppm = models.PositiveIntegerField(default=DEFAULT_MARKUP_PPM, help_text="parts per million over the cost")

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.markup_ppm} ppm"
