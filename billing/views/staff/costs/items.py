"""The queue of items for staff: a list, the evidence of one, and what can be done about it."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.views.staff import StaffRequest, staff_only
from billing.errors import ItemResolved, MonthSigned, NotYourTurn
from billing.models import ItemKind, Resolution
from billing.price_book.known import PROVIDERS
from billing.selectors.review_items import ItemFilter, item_evidence, item_page
from billing.services.resolve_item import note_item, resolve_item, take_item
from billing.views.staff.costs.asked import LookingAtItems

LONGEST_NOTE = 2000
DONE = {
    "take": "You look into it.",
    "leave": "Nobody looks into it now.",
    "note": "The note is kept.",
    "resolve": "It is resolved.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act came to: words, and whether they are of a success; `param` is a field at fault."""

    said: str
    is_good: bool = False
    param: str = ""


@staff_only
@require_safe
def items(request: StaffRequest) -> HttpResponse:
    """Show the queue and the item that is asked for, the first without one; htmx gets its evidence alone."""
    looking = LookingAtItems(request.GET)
    looking.is_valid()
    asked, chosen = looking.cleaned_data, looking.cleaned_data.get("item") or ""
    if request.htmx and chosen:
        return _evidence(request, chosen)
    owner = request.user.id if asked.get("owner") == "me" else asked.get("owner") or ""
    state = asked.get("state") or "open"
    page = item_page(
        ItemFilter(
            kind=asked.get("kind") or "",
            provider=asked.get("provider") or "",
            month=asked.get("month"),
            owner=owner,
            state="" if state == "all" else state,
        ),
        after=asked.get("after") or "",
    )
    chosen = chosen or (page.items[0].id if page.items else "")
    shown = item_evidence(chosen) if chosen else None
    query = request.GET.copy()
    for name in ("item", "after"):
        query.pop(name, None)
    context = {
        "page": page, "shown": shown, "chosen": chosen, "asked": asked, "state": state, "query": query.urlencode(),
        "month": request.GET.get("month", "")[:7] if asked.get("month") else "", "kinds": ItemKind.choices,
        "providers": PROVIDERS,
    }  # fmt: skip
    return render(request, "billing/costs/items.html", context)


@staff_only
@require_POST
def act(request: StaffRequest, item_id: str) -> HttpResponse:
    """Take an item, let it go, note something, or resolve it, as the form says; shows what it is like then."""
    if item_evidence(item_id) is None:
        raise Http404
    answer = _do(request, item_id)
    if request.htmx or answer.param:
        return _evidence(request, item_id, answer)
    return redirect(f"{reverse('billing:staff_cost_items')}?state=all&item={item_id}")


def _do(request: StaffRequest, item_id: str) -> Answer:
    deed, note = request.POST.get("act", ""), request.POST.get("note", "").strip()
    resolution = request.POST.get("resolution", "")
    if deed not in DONE:
        raise Http404
    if wrong := _wrong(deed, note, resolution):
        return wrong
    try:
        match deed:
            case "take" | "leave":
                take_item(item=item_id, by=request.user if deed == "take" else None)
            case "note":
                note_item(item=item_id, note=note)
            case _:
                resolve_item(item=item_id, resolution=Resolution(resolution), note=note, by=request.user)
    except (ItemResolved, MonthSigned) as error:
        return Answer(str(error))
    except NotYourTurn as error:
        return Answer(f"{error} Nothing was changed.")
    return Answer(DONE[deed], is_good=True)


def _wrong(deed: str, note: str, resolution: str) -> Answer | None:
    if "\x00" in note or len(note) > LONGEST_NOTE:
        return Answer(f"A note is text of at most {LONGEST_NOTE} characters. Nothing was changed.", param="note")
    if deed == "resolve" and resolution not in Resolution.values:
        return Answer("Choose how it ended. Nothing was changed.", param="resolution")
    if deed == "resolve" and not note:
        return Answer("Say what you found. Nothing was changed.", param="note")
    return None


def _evidence(request: StaffRequest, item_id: str, answer: Answer | None = None) -> HttpResponse:
    shown = item_evidence(item_id)
    if shown is None:
        raise Http404
    context = {"shown": shown, "chosen": item_id, "answer": answer, "given": request.POST, "item": shown.item}
    refused = answer is not None and bool(answer.param)
    if request.htmx:
        return render(request, "billing/costs/_answer.html", context, status=422 if refused else 200)
    return render(request, "billing/costs/item.html", context, status=422 if refused else 200)
