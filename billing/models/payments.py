"""What Stripe tells us of: customers, payments, events, plans. Stripe moves money in; the ledger decides."""

from django.db import models
from django.db.models import F, Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace
from billing.models.prices import DEFAULT_MARKUP_PPM


class Customer(models.Model):
    """A workspace at Stripe."""

    workspace = models.OneToOneField(Workspace, on_delete=models.PROTECT, primary_key=True, related_name="customer")
    stripe_id = models.CharField(max_length=255, unique=True)
    payment_method = models.CharField(max_length=255, blank=True, help_text="the saved card, for automatic top-ups")
    card = models.CharField(max_length=60, blank=True, help_text="as people know it: Visa …4242")

    def __str__(self) -> str:
        return self.stripe_id


class Purpose(models.TextChoices):
    """Why somebody pays."""

    TOP_UP = "top_up", "top-up"
    AUTOMATIC = "automatic", "automatic top-up"
    PLAN = "plan", "plan"


class PaymentState(models.TextChoices):
    """Where a payment is; what Stripe says when asked, never what an event says."""

    STARTED = "started", "not paid yet"
    NEEDS_ACTION = "needs_action", "the bank wants a confirmation"
    SUCCEEDED = "succeeded", "paid"
    FAILED = "failed", "refused"
    PARKED = "parked", "does not fit what we asked for"


class Payment(models.Model):
    """One PaymentIntent: what we asked for, what came of it. In µ$; a cent is 10,000."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("pay"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="payments", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=PaymentState.choices, default=PaymentState.STARTED)
    intent = models.CharField(max_length=255, blank=True, help_text="the PaymentIntent's id")
    session = models.CharField(max_length=255, blank=True, help_text="the Checkout Session's id")
    credit = models.BigIntegerField(default=0, help_text="what it granted; a plan may grant more than is paid")
    refunded = models.BigIntegerField(default=0, help_text="what went back by refunds")
    disputed = models.BigIntegerField(default=0, help_text="what went back by disputes")
    card = models.CharField(max_length=60, blank=True, help_text="as people know it: Visa …4242")
    receipt_url = models.CharField(max_length=2048, blank=True)
    invoice = models.CharField(max_length=255, blank=True, help_text="a plan's invoice at Stripe")
    invoice_url = models.CharField(max_length=2048, blank=True)
    why = models.CharField(max_length=300, blank=True, help_text="why it failed or was parked")
    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="payment_of_workspace")]
        constraints = [
            models.UniqueConstraint(fields=["intent"], condition=~Q(intent=""), name="payment_intent_once"),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(purpose=Purpose.AUTOMATIC, state=PaymentState.STARTED),
                name="payment_one_automatic_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, refunded__gte=0, disputed__gte=0, refunded__lte=F("amount")),
                name="payment_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} µ$ {self.state}"


class ReversalKind(models.TextChoices):
    """How money goes back."""

    REFUND = "refund", "refund"
    DISPUTE = "dispute", "dispute"


class ReversalState(models.TextChoices):
    """Where it is. What staff refund is taken from the wallet first, and only then asked of Stripe.

    What is above a limit is only asked for, until a second person approves it.
    """

    ASKED = "asked", "waits for a second person"
    REFUSED = "refused", "the second person would not"
    TAKEN = "taken", "taken from the wallet"
    SENT = "sent", "at Stripe"
    RETURNED = "returned", "failed, or won: the credit was given back"


class Reversal(models.Model):
    """Money of a payment that goes back to whoever paid it. In µ$; `credit` is what the wallet loses for it."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("rev"), editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="reversals", db_index=False)
    kind = models.CharField(max_length=7, choices=ReversalKind.choices)
    amount = models.BigIntegerField()
    credit = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=ReversalState.choices)
    stripe_id = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    at = models.DateTimeField(null=True, blank=True, help_text="by Stripe's clock")

    class Meta:
        indexes = [
            models.Index(fields=["payment"], name="reversal_of_payment"),
            models.Index(fields=["id"], name="reversal_to_send", condition=Q(state=ReversalState.TAKEN)),
            models.Index(fields=["id"], name="reversal_asked", condition=Q(state=ReversalState.ASKED)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["stripe_id"], condition=~Q(stripe_id=""), name="reversal_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, credit__gt=0), name="reversal_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="reversal_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount} µ$, {self.state}"


class ParkedItem(models.Model):
    """Something at Stripe that does not fit what we asked for: nothing was booked, and staff must look at it."""

    stripe_id = models.CharField(primary_key=True, max_length=255)
    why = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["found_at"], name="parked_open", condition=Q(resolved_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.why}"


class StripeEvent(models.Model):
    """An event as it came, stored once after its signature was checked; handled by a task, in any order."""

    id = models.CharField(primary_key=True, max_length=255)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=255, blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="stripe_event_due", condition=Q(handled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Plan(models.Model):
    """A subscription: so much a month, which grants so much credit; perhaps a lower markup."""

    code = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    price = models.BigIntegerField(help_text="µ$ a month")
    credit = models.BigIntegerField(help_text="µ$ a month")
    markup_ppm = models.IntegerField(null=True, blank=True, help_text="null: the default")
    stripe_price = models.CharField(max_length=255, blank=True)
    is_open = models.BooleanField(default=True, help_text="can be chosen")

    def __str__(self) -> str:
        return self.name

    @property
    def is_cheaper(self) -> bool:
        """Whether pictures cost less with it than without a plan."""
        return self.markup_ppm is not None and self.markup_ppm < DEFAULT_MARKUP_PPM


class Subscription(models.Model):
    """A workspace's plan, as Stripe says."""

    workspace = models.OneToOneField(Workspace, on_delete=models.PROTECT, primary_key=True, related_name="subscription")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    stripe_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=30)
    period_end = models.DateTimeField(null=True, blank=True)
    cancel_at_period_end = models.BooleanField(default=False)
    is_stopped = models.BooleanField(
        default=False, help_text="we had it end with its period, for its workspace is to be deleted"
    )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.status}"


class AutoTopUp(models.Model):
    """Below `threshold` of available credit the saved card pays `amount`, up to `monthly_cap` a month. In µ$."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, primary_key=True, related_name="auto_top_up")
    threshold = models.BigIntegerField()
    amount = models.BigIntegerField()
    monthly_cap = models.BigIntegerField()
    is_on = models.BooleanField(default=True)
    stopped_because = models.CharField(max_length=200, blank=True, help_text="a card that was refused stops it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__gt=0, amount__gt=0, monthly_cap__gte=F("amount")), name="auto_top_up_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} µ$ below {self.threshold} µ$"


class StripeSweep(models.Model):
    """One comparison of Stripe with our books: how far it looked back, and what it found."""

    id = models.BigAutoField(primary_key=True)
    since = models.DateTimeField()
    began_at = models.DateTimeField()
    looked_at = models.PositiveIntegerField(help_text="payments, refunds, disputes and invoices")
    repaired = models.PositiveIntegerField(help_text="what had been missed, and is booked now")
    parked = models.PositiveIntegerField(help_text="what does not fit")
    differences = models.JSONField(default=dict, help_text="day → µ$ that Stripe has and our books have not")

    class Meta:
        indexes = [models.Index(fields=["-began_at"], name="sweep_newest")]

    def __str__(self) -> str:
        return f"sweep of {self.began_at:%Y-%m-%d %H:%M}"
