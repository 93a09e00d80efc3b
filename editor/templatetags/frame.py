"""What the frame round every page shows, and how money is written in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import template
from django.template import RequestContext
from django.utils import timezone
from django.utils.timesince import timesince

from accounts import wall
from accounts.models import Membership, Workspace
from accounts.permissions import Action
from accounts.selectors.best_membership import best_membership
from accounts.views.impersonation import is_offered
from accounts.views.workspace import SESSION_KEY
from billing import facade
from billing.money import format_short

register = template.Library()


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the reader is and what is offered to them there; `credit` is None for whoever may not see money."""

    workspace: Workspace | None = None
    role: str = ""
    can: frozenset[str] = frozenset()
    credit: facade.Balance | None = None


@register.simple_tag(takes_context=True)
def frame(context: RequestContext) -> Frame:
    """Tell the workspace, role and credit of who reads this; a view that knew the membership saves a query."""
    request = context["request"]
    membership: Membership | None = getattr(request, "membership", None)
    is_page_of_none = wall.is_shut()  # such as the account's
    if membership is None and request.user.is_authenticated:
        meant = request.session.get(SESSION_KEY, "")
        membership, _ = best_membership(request.user, meant=meant, opens=is_page_of_none)
    if membership is None:
        return Frame()
    can = frozenset(action.value for action in Action if is_offered(request, membership.role, action))
    credit = None
    if Action.SEE_MONEY in can:
        with wall.meanwhile_open_to(membership.workspace_id):
            credit = facade.balance(membership.workspace_id)
    if is_page_of_none:
        wall.shut()
    return Frame(membership.workspace, membership.role, can, credit)


@register.filter
def usd(micro: int) -> str:
    """Write micro-dollars for people: 47500 → `$0.0475`."""
    return f"${format_short(micro)}" if micro >= 0 else f"−${format_short(-micro)}"


@register.filter
def ago(moment: datetime) -> str:
    """Tell roughly how long ago something was, in one unit: `3 days ago`."""
    now = timezone.now()
    return "just now" if now - moment < timedelta(minutes=1) else f"{timesince(moment, now, depth=1)} ago"


@register.filter
def markup(workspace_id: str) -> str:
    """Write a workspace's markup over cost, for staff: `25 %`."""
    return f"{facade.markup_ppm(workspace_id) / 10_000:g} %"
