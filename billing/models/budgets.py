"""Budgets: how much a workspace, project, member or key may spend in a day or month."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace


class BudgetScope(models.TextChoices):
    """Whose spending is limited."""

    WORKSPACE = "workspace", "the whole workspace"
    PROJECT = "project", "a project"
    MEMBER = "member", "a member"
    KEY = "key", "an API key"


class BudgetPeriodKind(models.TextChoices):
    """How long a budget lasts before it is whole again, in UTC."""

    DAY = "day", "day"
    MONTH = "month", "month"


class Budget(models.Model):
    """A limit in µ$. Over it an edit is refused, or waits for the approver when there is one."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("bud"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="budgets", db_index=False)
    scope = models.CharField(max_length=10, choices=BudgetScope.choices)
    target = models.CharField(max_length=MAX_LENGTH, blank=True, help_text="the project's, member's or key's id")
    period = models.CharField(max_length=5, choices=BudgetPeriodKind.choices)
    limit = models.BigIntegerField()
    approver = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "scope", "target", "period"], name="budget_once"),
            models.CheckConstraint(condition=Q(limit__gte=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} µ$ a {self.period} for {self.scope} {self.target}"


class BudgetPeriod(models.Model):
    """What was held and spent of a budget since `starts`; `held + spent` passes the limit only by what was approved.

    Its id says which it is, so that it can be made by whoever needs it first: the budget's id and the day.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH + 11, editable=False)
    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="periods", db_index=False)
    starts = models.DateField()
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0, help_text="let through above the limit")
    warned = models.PositiveSmallIntegerField(default=0, help_text="per cent, the highest that was told")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "starts"], name="budget_period_once"),
            models.CheckConstraint(
                condition=Q(held__gte=0, spent__gte=0, approved__gte=0), name="budget_period_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held + self.spent} µ$ since {self.starts}"


class ApprovalState(models.TextChoices):
    """Where a request to spend over a budget is."""

    WAITING = "waiting", "waiting"
    APPROVED = "approved", "approved"
    REFUSED = "refused", "refused"
    EXPIRED = "expired", "nobody answered in time"


class Approval(models.Model):
    """An edit that is over a budget and waits for its approver; one for each edit."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("apv"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    edit = models.CharField(max_length=MAX_LENGTH, unique=True)
    amount = models.BigIntegerField()
    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="approvals", db_index=False)
    approver = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    note = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "state", "-asked_at"], name="approval_of_workspace")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="approval_positive")]

    def __str__(self) -> str:
        return f"{self.state}: {self.edit}"
