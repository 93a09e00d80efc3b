"""Record an act in a workspace's audit log, in the transaction of the act itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import AuditEvent


@dataclass(frozen=True, slots=True)
class By:
    """Who acts and from where. A door makes one for its request; the empty one is the system itself.

    `staff_id` is set when staff act on a workspace, or in a customer's place.
    """

    user_id: str = ""
    api_key_id: str = ""
    staff_id: str = ""
    name: str = ""
    address: str | None = None
    request_id: str = ""


SYSTEM = By(name="system")


def record_audit(
    *,
    workspace_id: str,
    action: str,
    by: By,
    target: str = "",
    target_name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Write one event. `before` and `after` hold what changed, and never a secret."""
    AuditEvent.objects.create(
        workspace_id=workspace_id,
        action=action,
        user_id=by.user_id,
        api_key_id=by.api_key_id,
        staff_id=by.staff_id,
        actor_name=by.name[:254],
        target=target,
        target_name=target_name[:254],
        before=dict(before or {}),
        after=dict(after or {}),
        note=note[:500],
        address=by.address,
        request_id=by.request_id,
    )
