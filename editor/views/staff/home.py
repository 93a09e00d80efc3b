"""The staff's home: the open alerts, each to be closed with a note."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.views.staff import StaffRequest, skip_of, staff_only
from editor.errors import InvalidInput
from editor.selectors.open_alerts import PROVIDERS, UNSETTLED, read_open_alerts
from editor.services.close_alert import close_alert
from editor.views.staff.perform import perform


@staff_only
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show the alerts; htmx asks now and then whether there are others, and is told 204 while there are none."""
    if "seen" in request.GET:
        if request.GET["seen"] == read_open_alerts(skip=skip_of(request)).version:
            return HttpResponse(status=204)
        return render(request, "editor/_staff_changed.html")
    return _page(request)


@staff_only
@require_POST
def close(request: StaffRequest, alert_id: int) -> HttpResponse:
    """Close an alert with the note of the form."""
    note = request.POST.get("note", "")
    return perform(
        request,
        lambda: close_alert(alert_id=alert_id, staff_id=request.user.id, note=note),
        done="The alert is closed.",
        back="staff",
        again=lambda error: _page(request, alert_id=alert_id, error=error),
    )


def _page(request: StaffRequest, *, alert_id: int = 0, error: InvalidInput | None = None) -> HttpResponse:
    context = {
        "open": read_open_alerts(skip=skip_of(request)),
        "unsettled": UNSETTLED,
        "providers": PROVIDERS,
        "refused": alert_id,
        "error": error,
        "given": request.POST,
    }
    return render(request, "editor/staff.html", context, status=422 if error else 200)
