"""Cost review: providers' statements, what does not match, and the month that staff sign off."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User
from billing.models.ledger import Transfer


class Statement(models.Model):
    """What a provider says we owe for a time: a file somebody uploaded, or what its API answered."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("stm"), editable=False)
    provider = models.CharField(max_length=20)
    month = models.DateField(help_text="its first day")
    sha256 = models.CharField(max_length=64, help_text="of the bytes")
    name = models.CharField(max_length=200)
    lines_read = models.PositiveIntegerField(default=0)
    total = models.BigIntegerField(default=0, help_text="µ$")
    settled = models.BigIntegerField(default=0, help_text="what of it is owed without a question, µ$")
    is_complete = models.BooleanField(default=False, help_text="with it all of the month is there")
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "sha256"], name="statement_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.month}"


class StatementLine(models.Model):
    """One charge on a statement, and the attempt it was found to be for."""

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines", db_index=False)
    provider = models.CharField(max_length=20)
    number = models.PositiveIntegerField(help_text="in the file, from 1")
    line_id = models.CharField(max_length=200, help_text="the provider's id of the charge, or a hash of the line")
    ticket = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField(help_text="µ$; a refund is negative")
    at = models.DateTimeField()
    attempt = models.CharField(max_length=MAX_LENGTH, blank=True)
    matched_by = models.CharField(max_length=20, blank=True, help_text="id, or time and amount")

    class Meta:
        indexes = [
            models.Index(fields=["statement", "number"], name="line_of_statement"),
            models.Index(fields=["attempt"], name="line_for", condition=~Q(attempt="")),
        ]
        constraints = [models.UniqueConstraint(fields=["provider", "line_id"], name="line_once")]

    def __str__(self) -> str:
        return f"{self.amount} µ$ at {self.provider}"


class UploadState(models.TextChoices):
    """What became of a file."""

    WAITING = "waiting", "being read"
    DONE = "done", "imported"
    REFUSED = "refused", "refused, nothing of it kept"


class StatementUpload(models.Model):
    """A statement's file that staff brought, kept until it is imported or refused: a large one takes its time."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("upl"), editable=False)
    provider = models.CharField(max_length=20)
    month = models.DateField(help_text="its first day")
    name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="its bytes, until it was read")
    is_all = models.BooleanField(help_text="whether with it all of the month is there")
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.WAITING)
    why = models.CharField(max_length=500, blank=True, help_text="it was refused")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lines = models.PositiveIntegerField(default=0, help_text="that were new")
    known = models.PositiveIntegerField(default=0, help_text="that had been on an earlier statement")
    matched = models.PositiveIntegerField(default=0)
    items = models.PositiveIntegerField(default=0, help_text="raised by it")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["uploaded_at"], name="upload_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.provider} {self.month}: {self.state}"


class ItemKind(models.TextChoices):
    """What is wrong with a cost."""

    UNMATCHED = "unmatched", "charged for nothing we know of"
    OVER_CHARGED = "over_charged", "charged more than expected"
    DUPLICATE = "duplicate", "charged twice"
    MISSING_REFUND = "missing_refund", "charged for what failed"
    OUT_OF_BOUNDS = "out_of_bounds", "a reported cost that was not believed"
    PRICE_DRIFT = "price_drift", "the price is not what the book says"
    NOT_STATED = "not_stated", "delivered, and on no statement"


class Resolution(models.TextChoices):
    """How an item ended."""

    ACCEPTED = "accepted", "we owe it: it is booked"
    DISPUTED = "disputed", "we do not owe it, and told the provider"
    REFUNDED = "refunded", "the provider took it back"
    NOTHING = "nothing", "looked into, and nothing is wrong"


class ReviewItem(models.Model):
    """Something for staff to look into, once for each cause (`key`): evidence, owner, note, and how it ended."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("itm"), editable=False)
    key = models.CharField(max_length=200, unique=True, help_text="its cause, so that it is raised once")
    kind = models.CharField(max_length=16, choices=ItemKind.choices)
    provider = models.CharField(max_length=20)
    month = models.DateField(help_text="its first day")
    attempt = models.CharField(max_length=MAX_LENGTH, blank=True)
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    amount = models.BigIntegerField(default=0, help_text="µ$ at stake")
    evidence = models.JSONField(default=dict)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    resolution = models.CharField(max_length=20, blank=True, choices=Resolution.choices)
    resolved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    adjustment = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    raised_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "month"], name="item_open", condition=Q(resolved_at__isnull=True)),
            models.Index(fields=["attempt"], name="item_of_attempt", condition=~Q(attempt="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolution="", resolved_at__isnull=True)
                | (~Q(resolution="") & Q(resolved_at__isnull=False)),
                name="item_resolved_when_it_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.provider}"


class MonthSignOff(models.Model):
    """A month that staff have reviewed: its figures then, and who says so. Nothing of it changes afterwards."""

    month = models.DateField(primary_key=True)
    figures = models.JSONField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
