"""Keeping the books: corrections by two people, and the daily close with its chain of hashes."""

from django.db import models
from django.db.models import F, Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User
from billing.models.ledger import Transfer


class Correction(models.Model):
    """A transfer booked the other way round, with a reason; above a limit it waits for a second person."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("cor"), editable=False)
    corrected = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="corrections", db_index=False)
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    booked = models.OneToOneField(Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="corrects")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corrected"], condition=Q(refused_at__isnull=True), name="correction_once"),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | Q(booked__isnull=True), name="correction_booked_or_refused"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="correction_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"correction of {self.corrected_id}"


class DailyClose(models.Model):
    """The books of a day, closed: every transfer of it is hashed, and the close is chained to the one before."""

    day = models.DateField(primary_key=True)
    transfers = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    total = models.BigIntegerField(help_text="sum of all positive entries, µ$")
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    closed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"books of {self.day}"


class CloseBlock(models.Model):
    """The hashes of up to a thousand transfers of a closed day, in the order of their ids, 16 bytes each.

    So a change, a gap or an addition is found, and the row is named.
    """

    close = models.ForeignKey(DailyClose, on_delete=models.PROTECT, related_name="blocks", db_index=False)
    number = models.PositiveIntegerField()
    transfers = models.JSONField(help_text="the ids")
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["close", "number"], name="close_block_once")]

    def __str__(self) -> str:
        return f"block {self.number} of {self.close_id}"
