"""What each attempt costs: expected, reported, stated."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH
from accounts.models import Workspace


class CostState(models.TextChoices):
    """How sure we are of what is owed."""

    ACCRUED = "accrued", "expected, or reported and believed"
    SUSPENSE = "suspense", "nobody knows yet"
    CONFIRMED = "confirmed", "a statement says so"
    VOID = "void", "nothing is owed"


class CostLine(models.Model):
    """What an attempt was expected to cost, what the provider reported, what its statement says. All in µ$.

    The ids are references by value: billing knows no edit, and the line outlives what it speaks of. `reported` is set
    only when it was believed; what the provider wrote is in `reported_text`, and why it was not believed in `doubt`.
    `expected` is what its outcome lets us expect: nothing for a job that failed. `retail` is the attempt's share of
    what the customer was charged, less what was given back, and `retail_on` the day of the ledger's movement that it
    last followed. `evidence` is the scrubbed exchange. A trigger adds every change to `UsageDay`.
    """

    attempt = models.CharField(primary_key=True, max_length=MAX_LENGTH)
    edit = models.CharField(max_length=MAX_LENGTH)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.CharField(max_length=MAX_LENGTH, blank=True)
    member = models.CharField(max_length=MAX_LENGTH, blank=True)
    key = models.CharField(max_length=MAX_LENGTH, blank=True)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=40)
    resolution = models.CharField(max_length=10)
    grade = models.CharField(max_length=1, help_text="of the evidence, A the best: see docs/decisions")
    ordered = models.PositiveSmallIntegerField(help_text="pictures asked for")
    delivered = models.PositiveSmallIntegerField(default=0, help_text="pictures that arrived in time")
    state = models.CharField(max_length=10, choices=CostState.choices)
    expected = models.BigIntegerField()
    booked = models.BigIntegerField(help_text="what the ledger says is owed for it now")
    reported_text = models.CharField(max_length=40, blank=True)
    reported = models.BigIntegerField(null=True, blank=True)
    doubt = models.CharField(max_length=120, blank=True)
    stated = models.BigIntegerField(null=True, blank=True)
    retail = models.BigIntegerField(default=0)
    retail_on = models.DateField(null=True, blank=True, help_text="UTC; null before it was charged")
    outcome = models.CharField(max_length=40, help_text="how the attempt ended")
    ticket = models.CharField(max_length=200, blank=True, help_text="the provider's name for the job")
    evidence = models.JSONField(default=dict)
    day = models.DateField(help_text="of the attempt's start, UTC")
    at = models.DateTimeField(help_text="when it was submitted")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["edit"], name="cost_of_edit"),
            models.Index(fields=["day", "attempt"], name="cost_of_day"),
            models.Index(fields=["provider", "day", "attempt"], name="cost_of_provider"),
            models.Index(fields=["workspace", "day", "attempt"], name="cost_of_workspace"),
            models.Index(fields=["day", "attempt"], name="cost_in_suspense", condition=Q(state=CostState.SUSPENSE)),
            models.Index(fields=["provider", "ticket"], name="cost_by_ticket", condition=~Q(ticket="")),
            models.Index(fields=["provider", "at"], name="cost_unstated", condition=Q(stated__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expected__gte=0, booked__gte=0, retail__gte=0), name="cost_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state=CostState.VOID) | Q(expected=0, booked=0), name="cost_void_is_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.booked} µ$ {self.state}"
