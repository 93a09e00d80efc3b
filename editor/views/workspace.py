"""A page inside a workspace, in the editor's words: every look-up of a view starts here."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.db.models import Func, Q, Value
from django.http import HttpRequest, HttpResponse

from accounts.permissions import Action
from accounts.views import workspace as accounts
from editor.domain import Actor

P = ParamSpec("P")


class WorkspaceRequest(accounts.WorkspaceRequest):
    """A request of a signed-in member, with the actor as the editor's services take it."""

    actor: Actor


def in_workspace(
    action: Action = Action.VIEW,
) -> Callable[
    [Callable[Concatenate[WorkspaceRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let only members whose role allows `action` into a view; one query.

    A project's address works in the project's workspace, whichever of the reader's was open before.
    """

    def decorate(
        view: Callable[Concatenate[WorkspaceRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def acting(request: accounts.WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            here = cast("WorkspaceRequest", request)
            here.actor = Actor(workspace_id=request.workspace.id, user_id=request.user.id)
            return view(here, *args, **kwargs)

        return accounts.in_workspace(action, owners=_project)(acting)

    return decorate


def _project(address: Mapping[str, Any]) -> Q | None:
    project_id = address.get("project_id")
    return Q(workspace_id=Func(Value(project_id), function="workspace_of_project")) if project_id else None
