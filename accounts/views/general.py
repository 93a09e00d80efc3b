"""A workspace's general settings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.workspace import WorkspaceRequest, in_workspace


@require_safe
@in_workspace()
def general(request: WorkspaceRequest) -> HttpResponse:
    """Show the settings."""
    return render(request, "accounts/general.html")
