"""A workspace's general settings."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AccountsError, InvalidInput
from accounts.permissions import Action, may
from accounts.services.change_settings import LONGEST_RETENTION, WorkspaceSettings, change_settings
from accounts.views.perform import perform
from accounts.views.workspace import WorkspaceRequest, in_workspace


@require_safe
@in_workspace()
def general(request: WorkspaceRequest) -> HttpResponse:
    """Show the settings; whoever may not change them reads them."""
    return settings_page(request)


@require_POST
@in_workspace(Action.MANAGE_SETTINGS)
def change(request: WorkspaceRequest) -> HttpResponse:
    """Take the form's settings."""
    return perform(
        request,
        lambda: change_settings(workspace_id=request.workspace.id, new=_asked(request), by=request.by),
        done="The settings are saved.",
        back="workspace_settings",
        again=lambda error, status: settings_page(request, error=error, status=status),
    )


def settings_page(
    request: WorkspaceRequest,
    *,
    error: AccountsError | None = None,
    leave_error: AccountsError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page, with what was refused beside its field."""
    workspace, given = request.workspace, request.POST if error else None
    allowed = workspace.allowed_providers
    ticked = given.getlist("allowed_providers") if given else allowed or list(settings.PROVIDERS)
    context = {
        "may_change": may(request.membership.role, Action.MANAGE_SETTINGS),
        "name": given.get("name", "") if given else workspace.name,
        "all_allowed": given.get("which") != "some" if given else allowed is None,
        "providers": [(name, name in ticked) for name in settings.PROVIDERS],
        "retention_days": given.get("retention_days", "") if given else workspace.retention_days or "",
        "longest": LONGEST_RETENTION,
        "error": error,
        "leave_error": leave_error,
    }
    return render(request, "accounts/general.html", context, status=status)


def _asked(request: WorkspaceRequest) -> WorkspaceSettings:
    """Read the form; raises InvalidInput for days that are no number."""
    days = forms.IntegerField(required=False)
    try:
        retention = days.clean(request.POST.get("retention_days", ""))
    except forms.ValidationError as error:
        message = f"Days are a whole number from 1 to {LONGEST_RETENTION}, or nothing. Nothing was changed."
        raise InvalidInput(message, param="retention_days") from error
    some = request.POST.get("which") == "some"
    return WorkspaceSettings(
        name=request.POST.get("name", ""),
        allowed_providers=request.POST.getlist("allowed_providers") if some else None,
        retention_days=retention,
    )
