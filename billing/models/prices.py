"""The price book: what one picture costs upstream, since when; and a workspace's own terms."""

from django.db import models
from django.db.models import F, Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace

DEFAULT_MARKUP_PPM = 250_000
USD = "USD"


class UpstreamPrice(models.Model):
    """What a provider asks for one picture, from a moment on; the newest one that has begun holds.

    A price in anything but US dollars (`credits`, `EUR`) keeps both: `units` of them, each `unit_rate` µ$ times a
    million; `amount` is what that makes, rounded up to a micro-dollar.
    """

    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=40)
    resolution = models.CharField(max_length=10)
    amount = models.BigIntegerField(help_text="micro-dollars for one picture")
    currency = models.CharField(max_length=10, default=USD, help_text="what the provider asks it in")
    units = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True, help_text="of it, a picture")
    unit_rate = models.BigIntegerField(null=True, blank=True, help_text="10⁻¹² dollars for one of it")
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200, help_text="who says so: a document, or who entered it")
    entered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_positive"),
            models.CheckConstraint(
                condition=Q(currency=USD, units__isnull=True, unit_rate__isnull=True)
                | (~Q(currency=USD) & Q(units__gt=0, unit_rate__gt=0)),
                name="price_in_its_currency",
            ),
            models.UniqueConstraint(
                fields=["provider", "model", "resolution", "valid_from"], name="price_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model} {self.resolution}: {self.amount} µ$"


class WorkspaceTerms(models.Model):
    """What differs from the default terms for one workspace; no row means the default."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, primary_key=True, related_name="terms")
    markup_ppm = models.IntegerField(
        default=DEFAULT_MARKUP_PPM, help_text="parts per million over the cost; below zero it closes every route"
    )

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.markup_ppm} ppm"


class PriceChange(models.Model):
    """A change of a price or a markup: who asked for it and why; a large one waits for a second person.

    `what` says it: {"kind": "price", "provider", "model", "resolutions", "amount", "currency", "units", "unit_rate"},
    or {"kind": "markup", "workspace" or "plan", "markup_ppm" (null: back to what holds without)}; `before` what held
    when it was asked for, by resolution, or the markup. Amounts are in µ$.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("chg"), editable=False)
    what = models.JSONField()
    before = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)
    valid_from = models.DateTimeField(null=True, blank=True, help_text="null: as soon as it is approved")
    large = models.CharField(max_length=200, blank=True, help_text="why a second person must approve it")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="price_change_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(large="") | Q(approved_by__isnull=False),
                name="price_change_large_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(refused_at__isnull=True), name="price_change_ends_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="price_change_waiting",
                condition=Q(applied_at__isnull=True, refused_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} by {self.asked_by_id}"
