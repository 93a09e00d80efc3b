"""The price book: what one picture costs upstream, since when; and a workspace's own terms."""

from django.db import models
from django.db.models import F, Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace

DEFAULT_MARKUP_PPM = 250_000


class UpstreamPrice(models.Model):
    """What a provider asks for one picture, from a moment on; the newest one that has begun holds.

    A price in the provider's credits keeps both: `units` of them, each `unit_rate` µ$ times a million; `amount` is
    what that makes, rounded up.
    """

    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=40)
    resolution = models.CharField(max_length=10)
    amount = models.BigIntegerField(help_text="micro-dollars for one picture")
    units = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True, help_text="credits a picture")
    unit_rate = models.BigIntegerField(null=True, blank=True, help_text="10⁻¹² dollars for one credit")
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200, help_text="who says so: a document, or who entered it")
    entered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
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


class PriceChange(models.Model):
    """A change of a price or a markup that was proposed; a large one waits for a second person."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("chg"), editable=False)
    what = models.JSONField(help_text="the change: a price with its provider, model, resolution, or a markup")
    reason = models.CharField(max_length=300)
    valid_from = models.DateTimeField(null=True, blank=True, help_text="null: as soon as it is approved")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="price_change_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} by {self.asked_by_id}"
