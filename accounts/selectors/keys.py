"""Reads of API keys."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts import api_keys, wall
from accounts.errors import NotFound
from accounts.ids import may_be_id
from accounts.models import ApiKey, Workspace

OF_WORKSPACE, LIFE = "workspace__", ("id", "delete_at", "erased_at")


def live_key(key: str) -> ApiKey | None:
    """Find the key that was presented, in one query, or none at all for one that is mistyped.

    None when it is unknown, expired or revoked, and when its workspace is being erased.
    """
    if not api_keys.looks_right(key):
        return None
    return _if_live(ApiKey.objects.select_related("workspace").filter(digest=api_keys.digest(key)).first())


def opening_key(key: str) -> ApiKey | None:
    """Find the key that was presented as `live_key` does, and open the wall to its workspace by the same query.

    One that has ended has the wall shut again, by another.
    """
    if not api_keys.looks_right(key):
        return None
    found = _if_live(wall.open_by(lambda: _read_opening(api_keys.digest(key))))
    if found is None:
        wall.shut()
    return found


def _read_opening(digest: str) -> ApiKey | None:
    """Read a key from behind the wall, by the function that opens it (`config/walls.py`), and how long its team lives.

    What else there is to its workspace is read when somebody asks for it.
    """
    theirs = ", ".join(f"w.{column} AS {OF_WORKSPACE}{column}" for column in LIFE)
    asked = f"SELECT k.*, {theirs} FROM open_by_key(%s) k JOIN accounts_workspace w ON w.id = k.workspace_id"  # noqa: S608
    found = next(iter(ApiKey.objects.raw(asked, [digest])), None)
    if found:
        found.opened = found.workspace_id  # type: ignore[attr-defined]
        values = [found.__dict__.pop(OF_WORKSPACE + column) for column in LIFE]
        found.workspace = Workspace.from_db("default", LIFE, values)
    return found


def _if_live(found: ApiKey | None) -> ApiKey | None:
    if found is None or found.has_ended(timezone.now()) or found.workspace.is_over():
        return None
    return found


def keys_of(workspace_id: str) -> "QuerySet[ApiKey]":
    """Find all keys of a workspace, newest first, those that have ended among them."""
    return ApiKey.objects.select_related("created_by").filter(workspace_id=workspace_id).order_by("-id")


def living_keys(workspace_id: str) -> "QuerySet[ApiKey]":
    """Find those that can still be used."""
    return keys_of(workspace_id).filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)


def key_of(*, workspace_id: str, key_id: str) -> ApiKey:
    """Find a key of the workspace; raises NotFound for a missing or foreign id."""
    return _found(keys_of(workspace_id), key_id)


def lock_key(*, workspace_id: str, key_id: str) -> ApiKey:
    """Find a key of the workspace and lock its row; raises NotFound for a missing or foreign id."""
    return _found(ApiKey.objects.select_for_update(of=("self",), no_key=True).filter(workspace_id=workspace_id), key_id)


def _found(keys: "QuerySet[ApiKey]", key_id: str) -> ApiKey:
    found = keys.filter(id=key_id).first() if may_be_id(key_id) else None
    if found is None:
        raise NotFound("There is no such key in this workspace.")
    return found
