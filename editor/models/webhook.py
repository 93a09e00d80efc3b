"""Webhooks: where a workspace is told of its events, the outbox, its deliveries and every try of each."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import Workspace
from editor.models.edit import Edit
from editor.models.sealed import SealedText
from editor.webhook_rules import EventType

URL_CHARACTERS = 2048


class Endpoint(models.Model):
    """Where a workspace has its events sent, and what signs them.

    The one with an empty `url` stands for the `webhook_url` of single edits, of which a workspace has one: its secret
    signs them. `old_secret` signs as well until `old_secret_until`. `subscribed_at` is since when it gets what it is
    subscribed to; `failing_since` is the first failure that no success followed.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("whe"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="endpoints")
    url = models.CharField(max_length=URL_CHARACTERS, blank=True)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list)
    secret = SealedText()
    old_secret = SealedText(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    subscribed_at = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    resting_until = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=Q(url=""), name="endpoint_one_for_edits")
        ]

    def __str__(self) -> str:
        return self.url or f"the webhook_url of edits in {self.workspace_id}"


class Event(models.Model):
    """Something a customer is to be told; written in the transaction in which it happened.

    `data` is what is told, but for an edit, which is told as it is when it is sent.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("evt"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in EventType])
    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="event_oldest")]
        constraints = [models.UniqueConstraint(fields=["edit", "type"], name="event_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class DeliveryState(models.TextChoices):
    """Where a delivery is; a failed one is not tried again unless somebody asks."""

    PENDING = "pending", "waiting"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"


class Delivery(models.Model):
    """One event on its way to one endpoint. `tries` counts those that failed since it was last started.

    It is in hand while `claimed_until` (by the database's clock) is ahead. Those with the same `target` are of one
    receiver, who is not sent many at once.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("whd"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    url = models.CharField(max_length=URL_CHARACTERS, blank=True, help_text="an edit's own; else the endpoint's counts")
    target = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["endpoint", "-id"], name="delivery_of_endpoint"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.PENDING, due_at__isnull=False)
                | (~Q(state=DeliveryState.PENDING) & Q(due_at__isnull=True)),
                name="delivery_due_while_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}"


class DeliveryTry(models.Model):
    """What was sent once and what came back; without a status there was no answer, and `error` says so.

    Neither holds a signature, nor the query of a signed URL.
    """

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    milliseconds = models.PositiveIntegerField()
    url = models.CharField(max_length=URL_CHARACTERS)
    request = models.TextField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.TextField(blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} at {self.at}: {self.status or self.error}"
