"""Issue an API key."""

from accounts import api_keys
from accounts.models import ApiKey, User, Workspace
from accounts.permissions import Scope


def issue_api_key(*, workspace: Workspace, created_by: User | None, name: str) -> str:
    """Make a key for the workspace and give it back; it cannot be shown again."""
    key = api_keys.mint()
    ApiKey.objects.create(
        workspace=workspace,
        created_by=created_by,
        name=name,
        last_four=key[-4:],
        digest=api_keys.digest(key),
        scopes=[scope.value for scope in Scope],
    )
    return key
