"""The page of a workspace's API keys: make one, which is shown once, rename, rotate and revoke."""

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AccountsError, InvalidInput, NotAllowed, NotFound
from accounts.ids import may_be_id
from accounts.permissions import Action
from accounts.selectors.keys import keys_of, live_key
from accounts.services.issue_api_key import issue_api_key
from accounts.services.rename_api_key import rename_api_key
from accounts.services.revoke_api_key import revoke_api_key
from accounts.services.rotate_api_key import rotate_api_key
from accounts.views.key_form import DAYS, MEANS, read_terms
from accounts.views.perform import perform
from accounts.views.refusal import Refusal
from accounts.views.shown_once import keep, take
from accounts.views.workspace import WorkspaceRequest, in_workspace

PAGE = 50
HOURS = {"0": "now", "1": "in an hour", "24": "in a day", "168": "in 7 days"}


class Overlap(forms.Form):
    """For how many hours the old key goes on."""

    hours = forms.ChoiceField(choices=list(HOURS.items()))


@require_safe
@in_workspace(Action.MANAGE_KEYS)
def keys(request: WorkspaceRequest) -> HttpResponse:
    """Show a page of the keys, newest first."""
    return _page(request)


@require_POST
@in_workspace(Action.MANAGE_KEYS)
@reauthentication_required  # type: ignore[untyped-decorator]
def make(request: WorkspaceRequest) -> HttpResponse:
    """Make a key and go to where it is shown, once."""
    try:
        terms = read_terms(request.POST)
        key = issue_api_key(workspace=request.workspace, created_by=request.user, terms=terms, by=request.by)
    except (NotAllowed, NotFound) as error:
        raise Refusal(error.message) from error
    except InvalidInput as error:
        return _page(request, error, 422, refused="make")
    keep(request, of=request.workspace.id, secret=key)
    return redirect("key_made")


@require_POST
@in_workspace(Action.MANAGE_KEYS)
@reauthentication_required  # type: ignore[untyped-decorator]
def rotate(request: WorkspaceRequest, key_id: str) -> HttpResponse:
    """Make a key's successor and go to where it is shown, once."""
    asked = Overlap(request.POST)
    if not asked.is_valid():
        error = InvalidInput("Choose one of the times at which the old key ends. Nothing was changed.")
        return _page(request, error, 422)
    overlap = timedelta(hours=int(asked.cleaned_data["hours"]))
    try:
        key, _ = rotate_api_key(
            workspace_id=request.workspace.id, key_id=key_id, created_by=request.user, overlap=overlap, by=request.by
        )
    except NotAllowed as error:
        raise Refusal(error.message) from error
    except NotFound as error:
        raise Http404 from error
    except InvalidInput as error:
        return _page(request, error, 422)
    keep(request, of=request.workspace.id, secret=key)
    return redirect("key_made")


@require_safe
@in_workspace(Action.MANAGE_KEYS)
def made(request: WorkspaceRequest) -> HttpResponse:
    """Show the key that was made just now, this once."""
    key = take(request, of=request.workspace.id)
    row = live_key(key)
    if row is None:
        messages.info(request, "A key is shown once. If you did not copy it, rotate it or make another.")
        return redirect("keys")
    context = {"key": key, "row": row, "old": getattr(row, "predecessor", None), "base_url": settings.PUBLIC_BASE_URL}
    return render(request, "accounts/key_made.html", context)


@require_POST
@in_workspace(Action.MANAGE_KEYS)
def revoke(request: WorkspaceRequest, key_id: str) -> HttpResponse:
    """End a key."""
    return perform(
        request,
        lambda: revoke_api_key(workspace_id=request.workspace.id, key_id=key_id, by=request.by),
        done="The key is revoked, and refused from now on.",
        back="keys",
        again=lambda error, status: _page(request, error, status),
    )


@require_POST
@in_workspace(Action.MANAGE_KEYS)
def rename(request: WorkspaceRequest, key_id: str) -> HttpResponse:
    """Give a key the name of the form."""
    name = request.POST.get("name", "")
    return perform(
        request,
        lambda: rename_api_key(workspace_id=request.workspace.id, key_id=key_id, name=name, by=request.by),
        done="The key has its new name.",
        back="keys",
        again=lambda error, status: _page(request, error, status),
    )


def _page(
    request: WorkspaceRequest, error: AccountsError | None = None, status: int = 200, *, refused: str = ""
) -> HttpResponse:
    found = keys_of(request.workspace.id)
    before = request.GET.get("before", "")
    if may_be_id(before):
        found = found.filter(id__lt=before)
    rows, now = list(found[: PAGE + 1]), timezone.now()
    given = request.POST if refused else None
    context: dict[str, Any] = {
        "keys": [(row, row.has_ended(now)) for row in rows[:PAGE]],
        "older": rows[PAGE - 1].id if len(rows) > PAGE else "",
        "before": before,
        "scopes": [(one.value, MEANS[one], given is None or one.value in given.getlist("scopes")) for one in MEANS],
        "days": DAYS.items(),
        "hours": HOURS.items(),
        "given": given or {"kind": "test", "expires": ""},
        "refused": refused,
        "error": error,
    }
    return render(request, "accounts/keys.html", context, status=status)
