"""The double-entry ledger: accounts, transfers, entries and holds, in integer micro-dollars.

Transfers and entries are append-only and every transfer's entries sum to zero; triggers in the database see to both.
Only wallets carry running totals (`posted`, `held`, `spent`): one hot row for revenue would make everybody queue.

What we owe and earn is positive (wallets, revenue, providers), what we have and spend negative (funding, cost), so that
a margin is the sum of revenue and cost.

Indexes are named in `Meta` and not by `unique` or `db_index`: on text those make a second index for LIKE, which nobody
asks and every write pays.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import Workspace


class AccountKind(models.TextChoices):
    """What an account stands for."""

    WALLET = "wallet", "a workspace's credit"
    RECEIVABLE = "receivable", "what a workspace owes us after refunds and disputes of credit that was spent"
    FUNDING = "funding", "where credit that nobody paid for comes from: grants by staff, plans' gifts"
    PAYMENTS = "payments", "what was paid for credit, less what was paid back"
    REVENUE = "revenue", "captured from workspaces, and paid credit that expired"
    COST = "cost", "what pictures cost upstream"
    PROVIDER_ACCRUED = "provider_accrued", "what we expect to owe a provider"
    PROVIDER_CONFIRMED = "provider_confirmed", "what a provider's statement says we owe"
    SUSPENSE = "suspense", "what we may owe a provider for unknown outcomes"


class Account(models.Model):
    """One side of entries. A wallet's `posted - held` is what its workspace may still spend; never below zero.

    `spent` is what was captured from a wallet less what was refunded to it; `owed` what the workspace's receivable
    sums to, and while it is above zero nothing new is held. A hold that takes what may be spent below `warn_below`
    tells so; below `top_up_below` the saved card pays for more.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("acc"), editable=False)
    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts", db_index=False
    )
    provider = models.CharField(max_length=20, blank=True)
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    owed = models.BigIntegerField(default=0)
    warn_below = models.BigIntegerField(null=True, blank=True)
    top_up_below = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace"], name="account_of_workspace")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "workspace", "provider"], name="account_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.WALLET, workspace__isnull=False, provider="")
                | Q(
                    kind=AccountKind.RECEIVABLE, workspace__isnull=False, provider="", posted=0, held=0, spent=0, owed=0
                )
                | (
                    ~Q(kind__in=[AccountKind.WALLET, AccountKind.RECEIVABLE])
                    & Q(workspace__isnull=True, posted=0, held=0, spent=0, owed=0)
                ),
                name="account_totals_on_wallets_only",
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="account_held_not_negative"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="account_spent_not_negative"),
            models.CheckConstraint(condition=Q(owed__gte=0), name="account_owed_not_negative"),
            models.CheckConstraint(condition=Q(posted__gte=F("held")), name="account_wallet_covers_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.workspace_id or self.provider}"


class TransferKind(models.TextChoices):
    """Why money moved."""

    GRANT = "grant", "credit given by staff"
    TOP_UP = "top_up", "credit that was paid for"
    PLAN = "plan", "a plan's monthly credit"
    CAPTURE = "capture", "taken for pictures that arrived"
    REFUND = "refund", "a charge given back to the wallet"
    TAKE_BACK = "take_back", "a payment that was refunded or disputed"
    REINSTATE = "reinstate", "a dispute that was won"
    COLLECT = "collect", "credit that pays what is owed"
    EXPIRY = "expiry", "credit whose time ran out"
    COST = "cost", "what an attempt costs us upstream"
    SETTLE = "settle", "what a provider's statement says of it, or that nothing is owed"
    CORRECTION = "correction", "entries the other way, with a reason"


class Transfer(models.Model):
    """One movement of money: a set of entries that sums to zero, under a key that is used once.

    `content_sha256` is of what was asked for under the key, where the key comes from outside: the same key with other
    content is refused. `memo` is for people: a reason, a payment.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("trf"), editable=False)
    key = models.CharField(max_length=120, help_text="says what was done, so that it is done once")
    kind = models.CharField(max_length=20, choices=TransferKind.choices)
    reference = models.CharField(max_length=MAX_LENGTH, blank=True, help_text="an edit's, attempt's or payment's id")
    content_sha256 = models.CharField(max_length=64, blank=True)
    memo = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["reference"], name="transfer_for", condition=~Q(reference="")),
            BrinIndex(fields=["created_at"], name="transfer_of_day", pages_per_range=16),  # rows lie in this order
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="transfer_key_once")]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """An amount on an account: positive gives to it, negative takes from it."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", db_index=False)
    amount = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["transfer"], name="entry_of_transfer"),
            models.Index(fields=["account", "-id"], name="entry_of_account"),
            models.Index(fields=["account", "-id"], name="entry_that_came_in", condition=Q(amount__gt=0)),
        ]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="entry_not_zero")]

    def __str__(self) -> str:
        return f"{self.amount} µ$ on {self.account_id}"


class HoldState(models.TextChoices):
    """Where a hold is; all but the first are final."""

    HELD = "held", "set aside"
    CAPTURED = "captured", "taken, the rest given back"
    RELEASED = "released", "given back"
    EXPIRED = "expired", "given back by itself, when its time was over"


class Hold(models.Model):
    """Credit set aside for one edit; closed exactly once."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("hld"), editable=False)
    reference = models.CharField(max_length=MAX_LENGTH, help_text="the edit's id")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds", db_index=False)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0, help_text="of what was captured")
    expires_at = models.DateTimeField(help_text="when it is given back by itself: its edit's deadline and ten minutes")
    budgets = models.JSONField(default=list, help_text="ids of the budget periods it counts in")
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.HELD)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="hold_open", condition=Q(state=HoldState.HELD))]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="hold_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_positive"),
            models.CheckConstraint(
                condition=Q(captured__gte=0) & Q(captured__lte=F("amount")), name="hold_capture_within"
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("captured")), name="hold_refund_within"
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.CAPTURED, captured__gt=0) | (~Q(state=HoldState.CAPTURED) & Q(captured=0)),
                name="hold_captured_when_captured",
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.HELD, closed_at__isnull=True)
                | (~Q(state=HoldState.HELD) & Q(closed_at__isnull=False)),
                name="hold_closed_at_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.amount} µ$ for {self.reference}"
