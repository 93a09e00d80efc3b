"""Sums of costs: by day for each combination, and coarser ones for whoever looks at all workspaces. All in µ$."""

from django.db import models

from accounts.ids import MAX_LENGTH
from accounts.models import Workspace


class Summed(models.Model):
    """What is summed up of cost lines.

    What the cost review compares stands on the day of the attempt's start, with its costs. What the customer is shown
    stands on the day on which the ledger moved it: `sold`, `charged`, `refunded`.
    """

    attempts = models.IntegerField(default=0)
    pictures = models.IntegerField(default=0, help_text="that arrived in time")
    expected = models.BigIntegerField(default=0)
    reported = models.BigIntegerField(default=0, help_text="where believed, else nothing")
    reported_expected = models.BigIntegerField(default=0, help_text="what was expected of those that were reported")
    stated = models.BigIntegerField(default=0)
    stated_expected = models.BigIntegerField(default=0, help_text="what was expected of those that were stated")
    booked = models.BigIntegerField(default=0, help_text="what the ledger says is owed, suspense included")
    suspense = models.BigIntegerField(default=0)
    failure_cost = models.BigIntegerField(default=0, help_text="booked for attempts that brought no picture in time")
    retail = models.BigIntegerField(default=0)
    sold = models.IntegerField(default=0, help_text="pictures that were charged on this day")
    charged = models.BigIntegerField(default=0, help_text="captured on this day")
    refunded = models.BigIntegerField(default=0, help_text="given back on this day; below zero when it was taken again")

    class Meta:
        abstract = True


class UsageDay(Summed):
    """Sums of a day's cost lines for one combination, kept by a trigger on them."""

    day = models.DateField()
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.CharField(max_length=MAX_LENGTH, blank=True)
    member = models.CharField(max_length=MAX_LENGTH, blank=True)
    key = models.CharField(max_length=MAX_LENGTH, blank=True)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=40)
    resolution = models.CharField(max_length=10)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "day"], name="usage_of_workspace"),
            models.Index(fields=["day"], name="usage_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "workspace", "project", "member", "key", "provider", "model", "resolution"],
                name="usage_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.workspace_id} {self.provider}"


class CostChange(Summed):
    """What a statement added to the sums of a day, until it is folded into `CostSum`: written by the same trigger.

    A row for each change, so that edits of different workspaces never wait for one another at a sum of all.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=MAX_LENGTH, blank=True)
    provider = models.CharField(max_length=20)
    resolution = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.day} {self.workspace_id} {self.provider}"


class CostSum(Summed):
    """Sums of a day by what its grain names (`billing/costs/grains.py`), the other columns empty.

    Together with the changes that are not folded yet they are those of all cost lines, at any moment.
    """

    grain = models.CharField(max_length=20)
    day = models.DateField()
    workspace_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    key = models.CharField(max_length=MAX_LENGTH, blank=True)
    provider = models.CharField(max_length=20, blank=True)
    resolution = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "day", "workspace_id", "key", "provider", "resolution"], name="cost_sum_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} by {self.grain}"
