"""What all processes share about each provider: may it be asked, how much at once, and how well has it been doing."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from editor.breaker import Breaker, Position, may_probe, position


class ProviderState(models.Model):
    """One provider's row, made with the tables. All times are the database's.

    The breaker is open while `open_until` is ahead, half open from then until a probe has succeeded, closed when it is
    null; `open_seconds` doubles each time a probe fails. One attempt at a time probes: `probe` is its id, until
    `probe_until`. Until `quiet_until` the provider has asked to be sent nothing new. Staff may disable it altogether.
    The last columns are measured over its recent attempts, null until there are some.
    """

    name = models.CharField(primary_key=True, max_length=20)

    opened_at = models.DateTimeField(null=True, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    open_seconds = models.PositiveIntegerField(default=0)
    open_code = models.CharField(max_length=60, blank=True, help_text="failing, account, suspense_budget …")
    open_reason = models.CharField(max_length=500, blank=True)
    probe = models.CharField(max_length=90, blank=True)
    probe_until = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True)

    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    disabled_reason = models.CharField(max_length=500, blank=True)

    measured_at = models.DateTimeField(null=True, blank=True)
    samples = models.PositiveIntegerField(default=0)
    median_seconds = models.FloatField(null=True, blank=True)
    p95_seconds = models.FloatField(null=True, blank=True)
    success_rate = models.FloatField(null=True, blank=True, help_text="0 to 1, of the attempts that count")

    def __str__(self) -> str:
        return self.name

    @property
    def breaker(self) -> Breaker:
        """The breaker as it is kept here."""
        return Breaker(self.open_until, self.open_seconds, self.probe, self.probe_until)

    def takes_orders(self, now: datetime) -> bool:
        """Tell whether it may be sent anything new now, be it a probe only."""
        if self.disabled_at is not None or (self.quiet_until is not None and self.quiet_until > now):
            return False
        return position(self.breaker, now) is Position.CLOSED or may_probe(self.breaker, now)


class ProviderTally(models.Model):
    """What counted for and against a provider in one span of ten seconds, from every process."""

    provider = models.CharField(max_length=20)
    at = models.DateTimeField(help_text="when the span began")
    successes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "at"], name="tally_once_for_a_span")]

    def __str__(self) -> str:
        return f"{self.provider} at {self.at:%H:%M:%S}: {self.successes} good, {self.failures} bad"


class Alert(models.Model):
    """Something that staff must see to; one is open for a subject at a time, and counts how often it was raised."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=90, help_text="a provider's name or an attempt's id")
    message = models.CharField(max_length=500)
    times = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(db_default=Now())
    raised_at = models.DateTimeField(db_default=Now(), help_text="the last time")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-opened_at"], name="alert_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(closed_at__isnull=True), name="alert_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
