"""What a new user finds: a workspace of their own."""

from accounts.models import User
from accounts.services.create_workspace import create_workspace
from accounts.services.record_audit import By
from accounts.workspace_names import NAME_CHARACTERS

OURS = "'s studio"


def make_personal_workspace(user: User, *, request_id: str) -> None:
    """Make the personal workspace; to be called in the transaction in which the user is made."""
    by = By(user_id=user.id, name=user.email, request_id=request_id)
    create_workspace(owner=user, name=personal_name(user.email), by=by, is_personal=True)


def personal_name(email: str) -> str:
    """Give a name for somebody's own workspace, from the address: `alice@example.com` has alice's studio."""
    local = "".join(one for one in email.partition("@")[0] if one.isprintable()).strip()
    return (local or "my")[: NAME_CHARACTERS - len(OURS)] + OURS
