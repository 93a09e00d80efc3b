"""Single costs for staff: those of a day, and one with all its evidence."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.staff import StaffRequest, staff_only
from billing.models import CostState
from billing.price_book.known import PROVIDERS
from billing.selectors.cost_lines import PAGE, cost_evidence, cost_lines
from billing.views.staff.costs.asked import NAMED, read_asked


@staff_only
@require_safe
def attempts(request: StaffRequest) -> HttpResponse:
    """Show a page of attempts, newest day first."""
    asked = read_asked(request.GET)
    try:
        rows = cost_lines(
            since=asked.since, until=asked.until, only=asked.only, state=asked.state, after=asked.after, limit=PAGE + 1
        )
    except ValueError as error:
        raise Http404 from error
    context = {
        "asked": asked,
        "only": {name: asked.only.get(dimension, "") for name, dimension in NAMED.items()},
        "rows": rows[:PAGE],
        "query": asked.query(),
        "following": asked.query(after=rows[PAGE - 1].place) if len(rows) > PAGE else "",
        "states": CostState.choices,
        "providers": PROVIDERS,
    }
    return render(request, "billing/costs/attempts.html", context)


@staff_only
@require_safe
def attempt(request: StaffRequest, attempt_id: str) -> HttpResponse:
    """Show one attempt: what was expected, reported and stated, and how that is known."""
    cost = cost_evidence(attempt_id)
    if cost is None:
        raise Http404
    return render(request, "billing/costs/attempt.html", {"cost": cost})
