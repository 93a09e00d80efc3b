"""Attempts: one paid submission each, of one part of an edit to one provider."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import Workspace
from editor.attempts import OPEN_STATES, AttemptState
from editor.models.edit import Edit
from editor.models.wave import Wave


class Attempt(models.Model):
    """A paid submission: committed as an intent before the socket opens, changed only by conditional updates.

    `epoch` fences: every claim raises it and every change names it, so that a worker whose lease ran out writes
    nothing. `due_at` is when it next wants work, null when it does not; `wave` is who holds it. Its own id is the
    idempotency key it is sent under. Money is in µ$. A test goes to the simulator, and no figure counts it.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("att"), editable=False)
    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="attempts")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", help_text="the edit's")
    is_test = models.BooleanField(default=False, help_text="the edit's")
    part = models.PositiveSmallIntegerField(default=1)
    n = models.PositiveSmallIntegerField(help_text="how many images are ordered")
    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=12, default=AttemptState.INTENT)
    epoch = models.PositiveIntegerField(default=0)
    wave = models.ForeignKey(Wave, on_delete=models.SET_NULL, null=True, blank=True, related_name="attempts")
    due_at = models.DateTimeField(null=True, blank=True)
    deaths = models.PositiveSmallIntegerField(default=0, help_text="holders in a row that died with it in their hands")

    payload = models.JSONField(null=True, blank=True, help_text="the body as sent")
    payload_sha256 = models.CharField(max_length=64, blank=True)
    callback_sha256 = models.CharField(
        max_length=64, unique=True, null=True, blank=True, help_text="SHA-256 of the token in its callback URL"
    )
    ticket = models.CharField(max_length=200, blank=True, help_text="the provider's name for the job")
    hinted_ticket = models.CharField(max_length=200, blank=True, help_text="a ticket that only a callback named")
    results = models.JSONField(default=list, help_text="the result URLs the provider gave")

    expected_cost = models.BigIntegerField(help_text="of all n images")
    reported_cost = models.CharField(max_length=40, blank=True, help_text="as the provider wrote it, not yet believed")
    exchange = models.JSONField(default=list, help_text="what the provider answered, scrubbed")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    entered_at = models.DateTimeField(auto_now_add=True, help_text="when it came into an open state it was driven to")
    started_at = models.DateTimeField(null=True, blank=True, help_text="when it was submitted")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="attempt_due", condition=Q(due_at__isnull=False) & ~Q(state=AttemptState.INTENT)
            ),
            models.Index(fields=["due_at"], name="attempt_suspect", condition=Q(deaths__gte=2)),
            models.Index(
                fields=["provider", "due_at"],
                name="attempt_waiting",
                condition=Q(due_at__isnull=False, state=AttemptState.INTENT, is_test=False),
            ),
            models.Index(
                fields=["provider", "workspace"],
                name="attempt_busy",
                condition=Q(finished_at__isnull=True, is_test=False)
                & (~Q(state=AttemptState.INTENT) | Q(wave__isnull=False)),
            ),
            models.Index(fields=["due_at"], name="attempt_test", condition=Q(finished_at__isnull=True, is_test=True)),
            models.Index(  # with its state, so that outcomes are counted without reading a row
                fields=["provider", "-finished_at"],
                name="attempt_ended",
                condition=Q(finished_at__isnull=False, is_test=False),
                include=["state"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edit", "part"],
                condition=Q(state__in=[state.value for state in sorted(OPEN_STATES)]),
                name="attempt_one_open_for_a_part",
            ),
            models.UniqueConstraint(fields=["provider", "ticket"], condition=~Q(ticket=""), name="attempt_ticket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.id} at {self.provider}: {self.state}"


class Callback(models.Model):
    """What came to an attempt's callback URL: kept as it came, believed only after the provider was asked."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="callbacks")
    received_at = models.DateTimeField(auto_now_add=True)
    body = models.BinaryField(max_length=65536)

    def __str__(self) -> str:
        return f"callback for {self.attempt_id}"
