"""What is done every so often, by whoever sees first that it is due."""

from django.db import models


class Chore(models.Model):
    """A thing to do again and again; claimed by the one statement that moves `next_at` on."""

    name = models.CharField(primary_key=True, max_length=40)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
