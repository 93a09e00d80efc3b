"""Have a workspace topped up soon, if its terms say so."""

from django.core.cache import cache
from django_q.tasks import async_task

QUIET_SECONDS = 30  # while credit is low every edit asks


def call_top_up(*, workspace_id: str) -> None:
    """Enqueue it with the caller's transaction, at most twice a minute; the chore sees to what is missed."""
    if cache.add(f"top-up:{workspace_id}", "called", QUIET_SECONDS):
        async_task("billing.tasks.top_up", workspace_id)
