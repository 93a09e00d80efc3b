"""Which workspace a page works in: every look-up of a view starts here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails
from structlog.contextvars import bind_contextvars

from accounts.models import Membership, User, Workspace
from accounts.permissions import Action, may
from accounts.selectors import first_membership
from editor.domain import Actor

P = ParamSpec("P")


class WorkspaceRequest(HttpRequest):
    """A request of a signed-in member, as views inside a workspace get it."""

    user: User
    htmx: HtmxDetails
    membership: Membership
    workspace: Workspace
    actor: Actor
    can_edit: bool


def in_workspace(
    action: Action = Action.VIEW,
) -> Callable[
    [Callable[Concatenate[WorkspaceRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let only members whose role allows `action` into a view, and tell it the workspace; one query.

    Strangers are sent to sign in, a member without the right gets 403, and so does a user without a workspace.
    """

    def decorate(
        view: Callable[Concatenate[WorkspaceRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = cast("User", request.user)
            membership = first_membership(user)
            if membership is None:
                return render(request, "editor/no_workspace.html", status=403)
            if not may(membership.role, action):
                raise PermissionDenied(f"A {membership.role} of {membership.workspace.name} may not do that.")
            bind_contextvars(workspace_id=membership.workspace_id)
            here = cast("WorkspaceRequest", request)
            here.membership, here.workspace = membership, membership.workspace
            here.can_edit = may(membership.role, Action.EDIT)
            here.actor = Actor(workspace_id=membership.workspace_id, user_id=user.id)
            return view(here, *args, **kwargs)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", login_required(wrapped))

    return decorate
