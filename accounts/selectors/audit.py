"""Reads of a workspace's audit log, newest first, at the same price however long it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.ids import first_id
from accounts.models import ApiKey, AuditEvent, Membership

PAGE = 50
BATCH = 1000
LONGEST_SEARCH = 100
# Ids hold the clock of the process that made them, a moment before the event was written.
SLACK = timedelta(minutes=1)
# Each step of the recursion is one look into the index, whatever number of events an action has.
_ACTIONS = """
WITH RECURSIVE acts AS (
    (SELECT action FROM accounts_auditevent WHERE workspace_id = %(workspace)s ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (
        SELECT action FROM accounts_auditevent
        WHERE workspace_id = %(workspace)s AND action > acts.action ORDER BY action LIMIT 1
    )
    FROM acts WHERE acts.action IS NOT NULL
)
SELECT action FROM acts WHERE action IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; empty ones look for everything. `actor` is a user's or key's id, `until` is excluded."""

    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some events and where the older ones begin; `older` is empty on the last page."""

    events: list[AuditEvent]
    older: str


def audit_page(*, workspace_id: str, filter_by: Filter, before: str = "", size: int = PAGE) -> Page:
    """Read the newest events before an id; one query."""
    found = list(audit_events(workspace_id=workspace_id, filter_by=filter_by, before=before)[: size + 1])
    return Page(found[:size], found[size - 1].id if len(found) > size else "")


def audit_events(*, workspace_id: str, filter_by: Filter, before: str = "") -> "QuerySet[AuditEvent]":
    """Give what is looked for, newest first; dates become bounds of the ids, so that the index finds them."""
    events = AuditEvent.objects.filter(workspace_id=workspace_id).order_by("-id")
    if before:
        events = events.filter(id__lt=before)
    if filter_by.action:
        events = events.filter(action=filter_by.action)
    if filter_by.actor:
        by = Q(user_id=filter_by.actor) | Q(api_key_id=filter_by.actor) | Q(staff_id=filter_by.actor)
        events = events.filter(by)
    if filter_by.since:
        events = events.filter(id__gte=first_id("aud", filter_by.since - SLACK), at__gte=filter_by.since)
    if filter_by.until:
        events = events.filter(id__lt=first_id("aud", filter_by.until + SLACK), at__lt=filter_by.until)
    if filter_by.search:
        events = events.filter(_mentions(filter_by.search))
    return events


def every_event(*, workspace_id: str, filter_by: Filter) -> Iterator[list[AuditEvent]]:
    """Read all that is looked for in batches, each by a query of its own, so that nothing is held open meanwhile."""
    page = audit_page(workspace_id=workspace_id, filter_by=filter_by, size=BATCH)
    yield page.events
    while page.older:
        page = audit_page(workspace_id=workspace_id, filter_by=filter_by, before=page.older, size=BATCH)
        yield page.events


def actions_seen(workspace_id: str) -> list[str]:
    """List the actions that are in the log; one query that steps from one to the next."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS, {"workspace": workspace_id})
        return [action for (action,) in cursor.fetchall()]


def possible_actors(workspace_id: str) -> list[tuple[str, str]]:
    """List the ids and names of today's members and keys, to choose from; two queries."""
    members = Membership.objects.filter(workspace_id=workspace_id).order_by("user__email")
    keys = ApiKey.objects.filter(workspace_id=workspace_id).order_by("name")
    return [*members.values_list("user_id", "user__email"), *keys.values_list("id", "name")]


def _mentions(text: str) -> Q:
    found = Q(action__icontains=text.replace(" ", "."))
    for column in ("actor_name", "target_name", "target", "note", "before", "after", "request_id"):
        found |= Q(**{f"{column}__icontains": text})
    return found
