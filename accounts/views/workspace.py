"""Which workspace a page works in, and whether its reader may do there what the page does.

In order: the workspace that the address belongs to, the one that the page was made for (htmx says it in `X-Workspace`,
a form in its field `workspace`), the one chosen last in this session, the oldest. So a tab left open never acts in
another workspace than the one it shows.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails
from structlog.contextvars import bind_contextvars

from accounts import wall
from accounts.ids import may_be_id
from accounts.models import Membership, User, Workspace
from accounts.permissions import Action, may
from accounts.selectors.best_membership import best_membership
from accounts.services.record_audit import By
from accounts.views.by import by_of
from accounts.views.impersonation import check_action, impersonation_of, in_place
from accounts.views.refusal import Refusal, role_too_low

P = ParamSpec("P")
SESSION_KEY = "workspace"
SAFE = ("GET", "HEAD", "OPTIONS")
# Given an address's arguments, tells which workspaces the address belongs to; None when it belongs to none.
Owners = Callable[[Mapping[str, Any]], Q | Combinable | None]


class WorkspaceRequest(HttpRequest):
    """A request of a signed-in member, as views inside a workspace get it."""

    user: User
    htmx: HtmxDetails
    membership: Membership
    workspace: Workspace
    by: By
    can_edit: bool


def in_workspace(
    action: Action = Action.VIEW, *, owners: Owners = lambda _: None
) -> Callable[
    [Callable[Concatenate[WorkspaceRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let only members whose role allows `action` into a view, behind the wall of the workspace, which it is told.

    One query, and one after the request to shut the wall again.

    Strangers are sent to sign in. A member without the right gets 403, and so does whoever was removed since.
    """

    def decorate(
        view: Callable[Concatenate[WorkspaceRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            here = cast("WorkspaceRequest", request)
            if not request.user.is_authenticated:
                return _to_sign_in(here)
            membership = _enter(here, owners(kwargs))
            if membership is None:
                return _not_a_member(here)
            check_action(request, action, membership.workspace_id)
            if not may(membership.role, action):
                raise role_too_low(membership, action)
            if action == Action.EDIT and membership.workspace.is_over():
                raise Refusal("This workspace is being deleted. Nothing was done or charged.")
            bind_contextvars(workspace_id=membership.workspace_id)
            wall.open_to(membership.workspace_id)
            here.membership, here.workspace, here.by = membership, membership.workspace, by_of(request)
            here.can_edit = may(membership.role, Action.EDIT)
            return view(here, *args, **kwargs)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", in_place(wrapped))

    return decorate


def remember(request: HttpRequest, workspace_id: str) -> None:
    """Make a workspace the one that this session's pages work in."""
    if request.session.get(SESSION_KEY) != workspace_id:
        request.session[SESSION_KEY] = workspace_id


def forget(request: HttpRequest) -> None:
    """Let this session's pages work in the oldest workspace again."""
    request.session.pop(SESSION_KEY, None)


def _enter(request: WorkspaceRequest, owners: Q | Combinable | None) -> Membership | None:
    """Find the membership to work under; None when the workspace that was meant is not, or no longer, the reader's."""
    named = request.headers.get("X-Workspace") or request.POST.get("workspace") or ""
    staffed = impersonation_of(request)
    meant = named or (staffed.workspace_id if staffed else request.session.get(SESSION_KEY, ""))
    if named and not may_be_id(named):
        return None
    # Staff in somebody's place is let into one workspace only, which is judged later.
    membership, fits = best_membership(request.user, meant=meant, owners=owners, opens=not staffed)
    if membership is None or (meant and not fits):
        return None
    if not request.htmx and request.method in SAFE and not staffed:
        remember(request, membership.workspace_id)
    return membership


def _not_a_member(request: WorkspaceRequest) -> HttpResponse:
    """Say so with 403 on a page of its own; htmx has the whole page go there."""
    if request.htmx:
        response = HttpResponse(status=403)
        response["HX-Redirect"] = reverse("not_a_member")
        return response
    forget(request)
    return render(request, "accounts/not_a_member.html", status=403)


def _to_sign_in(request: WorkspaceRequest) -> HttpResponse:
    """Send a stranger to sign in; htmx has the whole page go there, and come back to the page, not to a part of it."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    return HttpResponseClientRedirect(redirect_to_login(request.htmx.current_url_abs_path or "/").url)
