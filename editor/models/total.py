"""Totals: how many attempts ended how, counted ahead so that nobody counts them all again."""

from django.db import models


class AttemptTotal(models.Model):
    """How many attempts of a provider ended in this state; the newest `through` is how far all were counted."""

    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    count = models.BigIntegerField()
    through = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "state"], name="total_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.state}: {self.count}"
