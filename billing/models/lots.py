"""Lots: what a wallet's credit is made of, and in which order it is used."""

from django.db import models
from django.db.models import F, Q

from accounts.ids import MAX_LENGTH, id_default
from billing.models.ledger import Account, Transfer


class LotKind(models.TextChoices):
    """How credit came to be; given credit is used before paid credit."""

    PROMOTION = "promotion", "given"
    PLAN = "plan", "a plan's monthly credit"
    PAID = "paid", "paid for"
    RETURNED = "returned", "given back"


class Lot(models.Model):
    """A piece of a wallet's credit. The lots of a wallet always sum to what it has posted.

    Used in the order of `priority` (low first), then kind as listed, then what expires soonest, then age. What is left
    when it expires is taken from the wallet, but for what open holds may still need. `transfer` brought it.

    No index has `remaining` in it: the one lot that a busy wallet lives on is changed by every capture.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("lot"), editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots", db_index=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lots", db_index=False)
    kind = models.CharField(max_length=10, choices=LotKind.choices)
    priority = models.SmallIntegerField(default=0)
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="lot_left", condition=Q(used_up_at__isnull=True)),
            models.Index(
                fields=["expires_at"],
                name="lot_expiring",
                condition=Q(used_up_at__isnull=True, expires_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, remaining__gte=0, remaining__lte=F("amount")), name="lot_remaining_within"
            ),
            models.CheckConstraint(
                condition=Q(remaining=0, used_up_at__isnull=False) | Q(remaining__gt=0, used_up_at__isnull=True),
                name="lot_used_up_when_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} of {self.amount} µ$, {self.kind}"
