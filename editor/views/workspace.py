"""Which workspace a page works in: every look-up of a view starts here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect
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
            here = cast("WorkspaceRequest", request)
            if not request.user.is_authenticated:
                return _to_sign_in(here)
            user = request.user
            membership = first_membership(user)
            if membership is None:
                return render(request, "editor/no_workspace.html", status=403)
            if not may(membership.role, action):
                raise PermissionDenied(f"A {membership.role} of {membership.workspace.name} may not do that.")
            bind_contextvars(workspace_id=membership.workspace_id)
            here.membership, here.workspace = membership, membership.workspace
            here.can_edit = may(membership.role, Action.EDIT)
            here.actor = Actor(workspace_id=membership.workspace_id, user_id=user.id)
            return view(here, *args, **kwargs)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", wrapped)

    return decorate


def _to_sign_in(request: WorkspaceRequest) -> HttpResponse:
    """Send a stranger to sign in; htmx has the whole page go there, and come back to the page, not to a part of it."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    return HttpResponseClientRedirect(redirect_to_login(request.htmx.current_url_abs_path or "/").url)
