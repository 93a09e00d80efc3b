"""The team's page: who is in it, who is invited, and what can be done about each."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AccountsError
from accounts.permissions import Action, Role, may, may_give
from accounts.selectors.keys import living_keys
from accounts.selectors.team import read_team, team_version
from accounts.services.change_role import change_role
from accounts.services.invite_member import invite_member
from accounts.services.remove_member import remove_member
from accounts.services.resend_invitation import resend_invitation
from accounts.services.revoke_invitation import revoke_invitation
from accounts.views.impersonation import is_offered
from accounts.views.perform import perform
from accounts.views.workspace import WorkspaceRequest, in_workspace

LAST_PAGE = 10_000
LONGEST_SEARCH = 254


class Looking(forms.Form):
    """Which members are looked at; what makes no sense counts as not asked."""

    q = forms.CharField(required=False, max_length=LONGEST_SEARCH)
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)


@require_safe
@in_workspace(Action.SEE_MEMBERS)
def members(request: WorkspaceRequest) -> HttpResponse:
    """Show the team; htmx gets the lists, and 204 while nothing has changed since what it has `seen`."""
    version, _, role_seen = request.GET.get("seen", "").rpartition(":")
    if request.htmx and version and role_seen != request.membership.role:
        # With another role all of the page is another: its forms, and what the lists beside it lead to.
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    if version == team_version(request.workspace.id):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _page(request)


@require_POST
@in_workspace(Action.MANAGE_MEMBERS)
def invite(request: WorkspaceRequest) -> HttpResponse:
    """Invite the address of the form."""
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    return perform(
        request,
        lambda: invite_member(workspace_id=request.workspace.id, email=email, role=role, by=request.by),
        done=f"{email.strip()} is invited. The link in the message is good for 7 days.",
        back="members",
        again=lambda error, status: _page(request, error, status, refused="invite"),
    )


@require_POST
@in_workspace(Action.MANAGE_MEMBERS)
def role(request: WorkspaceRequest, user_id: str) -> HttpResponse:
    """Give a member the role of the form."""
    given = request.POST.get("role", "")

    def work() -> None:
        change_role(workspace_id=request.workspace.id, user_id=user_id, role=given, by=request.by)
        if not may(given, Action.MANAGE_KEYS):
            _warn_of_keys(request, user_id)

    return perform(
        request,
        work,
        done=f"The role is {given} now.",
        back="members",
        again=lambda error, status: _page(request, error, status),
    )


@require_POST
@in_workspace(Action.MANAGE_MEMBERS)
def remove(request: WorkspaceRequest, user_id: str) -> HttpResponse:
    """Remove a member."""

    def work() -> None:
        remove_member(workspace_id=request.workspace.id, user_id=user_id, by=request.by)
        _warn_of_keys(request, user_id)

    return perform(
        request,
        work,
        done="They are no longer in this workspace. What they made stays.",
        back="members",
        again=lambda error, status: _page(request, error, status),
    )


@require_POST
@in_workspace(Action.MANAGE_MEMBERS)
def resend(request: WorkspaceRequest, invitation_id: str) -> HttpResponse:
    """Send an invitation again."""
    return perform(
        request,
        lambda: resend_invitation(workspace_id=request.workspace.id, invitation_id=invitation_id, by=request.by),
        done="It is sent again, with a new link; the old one is dead.",
        back="members",
        again=lambda error, status: _page(request, error, status),
    )


@require_POST
@in_workspace(Action.MANAGE_MEMBERS)
def revoke(request: WorkspaceRequest, invitation_id: str) -> HttpResponse:
    """Take an invitation back."""
    return perform(
        request,
        lambda: revoke_invitation(workspace_id=request.workspace.id, invitation_id=invitation_id, by=request.by),
        done="The invitation is revoked; its link is dead.",
        back="members",
        again=lambda error, status: _page(request, error, status),
    )


def _warn_of_keys(request: WorkspaceRequest, user_id: str) -> None:
    """Say that keys are the workspace's, and go on when whoever made them may not make any more."""
    count = living_keys(request.workspace.id).filter(created_by_id=user_id).count()
    if count:
        words = "An API key that they made still works" if count == 1 else f"{count} API keys that they made still work"
        messages.warning(request, f"{words}, for keys are the workspace's. What they may have kept, rotate or revoke.")


def _page(
    request: WorkspaceRequest, error: AccountsError | None = None, status: int = 200, *, refused: str = ""
) -> HttpResponse:
    looking = Looking(request.GET)
    looking.is_valid()
    search, page = looking.cleaned_data.get("q") or "", looking.cleaned_data.get("page") or 1
    mine = request.membership.role
    manages = is_offered(request, mine, Action.MANAGE_MEMBERS)
    team = read_team(workspace_id=request.workspace.id, search=search, page=page, invitations=manages)
    context = {
        "team": team,
        "search": search,
        "manages": manages,
        "mine": mine,
        "givable": [one.value for one in Role if manages and may_give(mine, one)],
        "now": timezone.now(),
        "error": error,
        "refused": refused,
        "given": request.POST,
    }
    template = "accounts/_team.html" if request.htmx and request.method != "POST" else "accounts/members.html"
    return render(request, template, context, status=status)
