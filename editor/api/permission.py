"""The one place where the API asks whether a key may be used for something."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.permissions import SCOPED, Action, key_may
from editor.api.authentication import Caller

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this one, as its default


class KeyMay(BasePermission):
    """Let a key do what its scopes allow of what the view `needs`; a method that declares nothing is refused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Judge; False asks for a key, PermissionDenied names the scope that lacks. A method not there is a 405."""
        if not isinstance(request.user, Caller):
            return False
        method = (request.method or "").lower()
        if method == "options" or not hasattr(view, method):
            return True
        action = needed(view, method)
        if action is None:
            raise PermissionDenied("No key may do this.", code="not_declared")
        if not key_may(list(request.user.scopes), action):
            scopes = " or ".join(f"`{scope}`" for scope in scopes_for(action))
            raise PermissionDenied(f"This key lacks the scope {scopes}, which this needs.", code="missing_scope")
        return True


def needed(view: object, method: str) -> Action | None:
    """Give what a method of a view needs; None when the view does not say."""
    needs: dict[str, Action] = getattr(view, "needs", {})
    return needs.get("get" if method == "head" else method)


def scopes_for(action: Action) -> list[str]:
    """Name the scopes that allow an action."""
    return [scope.value for scope, actions in SCOPED.items() if action in actions]
