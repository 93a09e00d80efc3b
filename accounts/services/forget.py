"""Forget a person, or a workspace's people, in the audit log: names and addresses go, ids and acts stay.

The log's own trigger writes the new texts: while `accounts.forgets` is set, no UPDATE can write anything else.
"""

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import AuditEvent


def forget_user(*, user_id: str, email: str) -> int:
    """Take somebody's address and places out of every log; tells of how many events. Reads the whole table."""
    named = Q(user_id=user_id) | Q(staff_id=user_id) | Q(target=user_id)
    for column in ("actor_name", "target_name", "before", "after", "note"):
        named |= Q(**{f"{column}__icontains": email})
    return _forget(f"{user_id} {email}", named)


def forget_workspace(*, workspace_id: str) -> int:
    """Take all names, places and contents out of a workspace's log; tells of how many events."""
    return _forget(workspace_id, Q(workspace_id=workspace_id))


def _forget(whom: str, events: Q) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('accounts.forgets', %s, true)", [whom])
        count = AuditEvent.objects.filter(events).update(note="")
        cursor.execute("SELECT set_config('accounts.forgets', '', true)")
    return count
