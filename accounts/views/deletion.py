"""Deleting a workspace or one's own account, undoing the first, and the certificate that is left."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import wall
from accounts.errors import AccountsError, LastOwner
from accounts.permissions import Action
from accounts.services.ask_deletion import GRACE, ask_deletion, undo_deletion
from accounts.services.certify import certificate_of
from accounts.services.delete_user import delete_user, sole_owned
from accounts.views.by import by_of
from accounts.views.perform import perform
from accounts.views.recent import recently
from accounts.views.workspace import WorkspaceRequest, in_workspace

KEPT = "The entries of its ledger, as the law wants; they name nobody."


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Action.DELETE)
@recently()
def delete_workspace(request: WorkspaceRequest) -> HttpResponse:
    """Say what will be gone, and set the day when its name is typed."""
    if request.method != "POST":
        return _workspace_page(request)
    return perform(
        request,
        lambda: ask_deletion(workspace_id=request.workspace.id, name=request.POST.get("name", ""), by=request.by),
        done="The workspace will be deleted. Until then everything works, and you can undo it.",
        back="workspace_delete",
        again=lambda error, status: _workspace_page(request, error=error, status=status),
    )


@require_POST
@in_workspace(Action.DELETE)
def keep_workspace(request: WorkspaceRequest) -> HttpResponse:
    """Undo a deletion."""
    return perform(
        request,
        lambda: undo_deletion(workspace_id=request.workspace.id, by=request.by),
        done="The workspace stays.",
        back="workspace_delete",
        again=lambda error, status: _workspace_page(request, error=error, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@recently()
def delete_account(request: HttpRequest) -> HttpResponse:
    """Say what will be gone and what has to be done before, and delete it when the address is typed."""
    user, error, status = request.user, None, 200
    if request.method == "POST":
        wall.open_everywhere()  # they are named in the logs of every workspace they ever worked in
        try:
            delete_user(user_id=str(user.pk), email=request.POST.get("email", ""), by=by_of(request))
        except AccountsError as refused:
            error, status = refused, 409 if isinstance(refused, LastOwner) else 422
        else:
            request.session.flush()  # and no sign-out is recorded, which would name them again
            request.user = AnonymousUser()
            messages.success(request, "Your account is deleted.")
            return redirect("account_login")
    context = {"sole_owned": sole_owned(user), "error": error}  # type: ignore[arg-type]
    return render(request, "accounts/delete_account.html", context, status=status)


@require_safe
@never_cache
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Show the certificate that a mailed link leads to, or give it as a file."""
    found = certificate_of(token)
    if found is None:
        raise Http404
    if request.GET.get("format") != "json":
        erased = [(name, count) for name, count in found.counts.items() if count]
        return render(request, "accounts/certificate.html", {"certificate": found, "erased": erased, "kept": KEPT})
    said = {
        "certificate": found.id,
        "workspace": found.workspace_id,
        "erased_at": found.erased_at.isoformat(timespec="seconds") if found.erased_at else None,
        "erased": found.counts,
        "manifest_sha256": found.manifest_sha256 or None,
        "kept": KEPT,
    }
    response = JsonResponse(said, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{found.id}.json"'
    return response


def _workspace_page(
    request: WorkspaceRequest, *, error: AccountsError | None = None, status: int = 200
) -> HttpResponse:
    context = {"error": error, "given": request.POST, "days": GRACE.days}
    return render(request, "accounts/delete_workspace.html", context, status=status)
