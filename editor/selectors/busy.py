"""How many orders are with a wave or a provider, tests aside."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

# An attempt that waits unclaimed is the only open one that is with nobody.
_BUSY = """
SELECT provider, workspace_id, count(*) FROM editor_attempt
WHERE finished_at IS NULL AND NOT is_test AND (state <> 'intent' OR wave_id IS NOT NULL) GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """How many attempts are with a wave or a provider: in all for each provider, and for each workspace."""

    providers: Mapping[str, int]
    workspaces: Mapping[str, int]


def read_busy() -> Busy:
    """Count them in one query, by the index of what is open."""
    providers: dict[str, int] = {}
    workspaces: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BUSY)
        for provider, workspace_id, count in cursor.fetchall():
            providers[provider] = providers.get(provider, 0) + count
            workspaces[workspace_id] = workspaces.get(workspace_id, 0) + count
    return Busy(providers, workspaces)
