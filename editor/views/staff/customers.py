"""Customers: find a member, and see their workspace in their place, for a reason and for a while."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import InvalidInput, NotFound
from accounts.selectors.found_members import found_members
from accounts.services.end_impersonation import staff_by
from accounts.services.impersonate import impersonate
from accounts.views.impersonation import SESSION_KEY
from accounts.views.recent import recently
from accounts.views.staff import StaffRequest, staff_only

LONGEST = 100


@staff_only
@require_safe
@recently()
def customers(request: StaffRequest) -> HttpResponse:
    """Look for members."""
    return _page(request, request.GET.get("q", "")[:LONGEST])


@staff_only
@require_POST
@recently(back="staff_customers")
def enter(request: StaffRequest, workspace_id: str, user_id: str) -> HttpResponse:
    """Take a member's place from now on; somebody whose sign-in is long ago is asked for it again first."""
    staff, reason = request.user, request.POST.get("reason", "")
    try:
        begun = impersonate(
            staff=staff, user_id=user_id, workspace_id=workspace_id, reason=reason, by=staff_by(staff.id)
        )
    except InvalidInput as error:
        return _page(request, workspace_id, refused=f"{workspace_id} {user_id}", error=error)
    except NotFound as error:
        raise Http404 from error
    request.session[SESSION_KEY] = begun.id
    messages.info(request, "You see this workspace as its member does. It stands in the workspace’s audit log.")
    return redirect("projects")


def _page(request: StaffRequest, text: str, *, refused: str = "", error: InvalidInput | None = None) -> HttpResponse:
    context = {"asked": text, "found": found_members(text), "refused": refused, "error": error, "given": request.POST}
    return render(request, "editor/staff_customers.html", context, status=422 if error else 200)
