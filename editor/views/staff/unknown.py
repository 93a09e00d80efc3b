"""The attempts whose outcome nobody knows, and the three things one can do about each."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.views.staff import StaffRequest, skip_of, staff_only
from editor.errors import InvalidInput
from editor.selectors.unsettled import read_unsettled
from editor.services.adopt_ticket import adopt_ticket
from editor.services.disprove_attempt import disprove_attempt
from editor.services.give_up_attempt import give_up_attempt
from editor.views.staff.perform import perform

LARGEST_EPOCH = 2**31 - 1
DONE = {
    "adopt": "The provider is being asked after that job; it is adopted if it exists.",
    "disprove": "Taken down as not made.",
    "give-up": "Given up. The customer was not charged; what we may owe is in suspense.",
}


@staff_only
@require_safe
def unknown(request: StaffRequest) -> HttpResponse:
    """Show the list; htmx asks now and then whether it has changed, and is told 204 while it has not."""
    if "seen" in request.GET:
        if request.GET["seen"] == read_unsettled(skip=skip_of(request)).version:
            return HttpResponse(status=204)
        return render(request, "editor/_staff_changed.html")
    return _page(request)


@staff_only
@require_POST
def decide(request: StaffRequest, attempt_id: str, act: str) -> HttpResponse:
    """Do one of the three, as the form says: `epoch` is the attempt as it was seen."""
    if act not in DONE:
        raise Http404
    return perform(
        request,
        lambda: _do(request, attempt_id, act),
        done=DONE[act],
        back="staff_unknown",
        again=lambda error: _page(request, refused=f"{act} {attempt_id}", error=error),
    )


def _do(request: StaffRequest, attempt_id: str, act: str) -> None:
    form, staff_id = request.POST, request.user.id
    note, epoch = form.get("note", ""), _epoch(form.get("epoch", ""))
    match act:
        case "adopt":
            adopt_ticket(
                attempt_id=attempt_id, epoch=epoch, ticket=form.get("ticket", ""), staff_id=staff_id, note=note
            )
        case "disprove":
            disprove_attempt(attempt_id=attempt_id, epoch=epoch, staff_id=staff_id, note=note)
        case _:
            give_up_attempt(attempt_id=attempt_id, epoch=epoch, staff_id=staff_id, note=note)


def _epoch(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_EPOCH):
        raise InvalidInput("The form does not say what was seen. Nothing was changed; reload the page.", param="note")
    return int(text)


def _page(request: StaffRequest, *, refused: str = "", error: InvalidInput | None = None) -> HttpResponse:
    context = {"list": read_unsettled(skip=skip_of(request)), "refused": refused, "error": error, "given": request.POST}
    return render(request, "editor/staff_unknown.html", context, status=422 if error else 200)
