"""Making a workspace, and going from one to another."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import InvalidInput
from accounts.ids import MAX_LENGTH
from accounts.models import Membership, User
from accounts.selectors.best_membership import best_membership
from accounts.services.create_workspace import create_workspace
from accounts.views.by import by_of
from accounts.views.workspace import SESSION_KEY, forget, remember


class Chosen(forms.Form):
    """The workspace to go to."""

    to = forms.SlugField(max_length=MAX_LENGTH)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_workspace(request: HttpRequest) -> HttpResponse:
    """Make a workspace that its maker owns, and go there."""
    if request.method != "POST":
        return render(request, "accounts/new_workspace.html")
    name = request.POST.get("name", "")
    try:
        made = create_workspace(owner=cast("User", request.user), name=name, by=by_of(request))
    except InvalidInput as error:
        return render(request, "accounts/new_workspace.html", {"name": name, "error": error}, status=422)
    remember(request, made.id)
    return redirect("projects")


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Work in another of one's workspaces from now on; any other is answered like a missing one."""
    chosen = Chosen(request.POST)
    if not chosen.is_valid():
        raise Http404
    there = chosen.cleaned_data["to"]
    if not Membership.objects.filter(user_id=request.user.pk, workspace_id=there).exists():
        raise Http404
    remember(request, there)
    return redirect("projects")


@require_safe
@login_required
def not_a_member(request: HttpRequest) -> HttpResponse:
    """Tell somebody that the workspace they had open is not, or no longer, theirs; script goes here after a refusal."""
    meant = request.session.get(SESSION_KEY, "")
    if not best_membership(cast("User", request.user), meant=meant)[1]:
        forget(request)
    return render(request, "accounts/not_a_member.html", status=403)
