"""The queue in the database, by the database's clock: whose own is wrong fetches tasks in time all the same."""

from datetime import timedelta
from time import sleep
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ


class DatabaseQueue(ORM):  # type: ignore[misc]
    """django-q2's own broker, whose `lock` is a moment that it takes and compares by the process's clock."""

    def timeout(self, task: Any) -> CombinedExpression:  # noqa: ARG002 - django-q2's signature
        """Say when a task that was fetched may be fetched again."""
        return Now() + timedelta(seconds=Conf.RETRY)

    def queue_size(self) -> int:
        """Count the tasks that wait."""
        return self._waiting().count()

    def lock_size(self) -> int:
        """Count the tasks that were fetched."""
        return int(self.get_connection().filter(key=self.list_key, lock__gt=Now()).count())

    def enqueue(self, task: str) -> Any:
        """Add a task."""
        return self.get_connection().create(key=self.list_key, payload=task, lock=Now()).pk

    def dequeue(self) -> list[tuple[Any, str]] | None:
        """Take waiting tasks, each from whoever else is after it; after a short rest give None when there are none."""
        found = list(self._waiting()[: Conf.BULK])
        if not found:
            sleep(Conf.POLL)
            return None
        return [
            (task.pk, task.payload)
            for task in found
            if self.get_connection().filter(id=task.id, lock=task.lock).update(lock=self.timeout(task))
        ]

    def _waiting(self) -> "QuerySet[OrmQ]":
        waiting: QuerySet[OrmQ] = self.get_connection().filter(key=self.list_key, lock__lte=Now())
        return waiting
