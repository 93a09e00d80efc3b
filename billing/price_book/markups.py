"""Markups that are not the default: a workspace's own, and a plan's."""

from accounts.models import Workspace
from billing.models import Plan, Subscription, WorkspaceTerms
from billing.models.prices import DEFAULT_MARKUP_PPM
from billing.price_book.units import PAID, markup_ppm
from billing.price_book.wishes import MarkupWish

LEAST, MOST = -500_000, 5_000_000  # parts per million; below or above it is a slip of the hand


def markup_now(wish: MarkupWish) -> int:
    """Give the markup that holds now for the workspace or plan of a wish; raises LookupError where there is none."""
    if wish.workspace:
        if not Workspace.objects.filter(id=wish.workspace).exists():
            raise LookupError(f"There is no workspace {wish.workspace[:40]!r}.")
        return markup_ppm(wish.workspace)
    plan = Plan.objects.filter(code=wish.plan).first()
    if plan is None:
        raise LookupError(f"There is no plan {wish.plan[:40]!r}.")
    return DEFAULT_MARKUP_PPM if plan.markup_ppm is None else plan.markup_ppm


def markup_without(wish: MarkupWish) -> int:
    """Give the markup that would hold for them without one of their own."""
    paid = Subscription.objects.filter(workspace_id=wish.workspace, status__in=PAID)
    of_plan = paid.values_list("plan__markup_ppm", flat=True).first()
    return DEFAULT_MARKUP_PPM if of_plan is None else of_plan


def set_markup(wish: MarkupWish) -> None:
    """Have a markup hold from now on; quotes that were given keep theirs."""
    if wish.plan:
        Plan.objects.filter(code=wish.plan).update(markup_ppm=wish.markup_ppm)
    elif wish.markup_ppm is None:
        WorkspaceTerms.objects.filter(workspace_id=wish.workspace).delete()
    else:
        WorkspaceTerms.objects.update_or_create(workspace_id=wish.workspace, defaults={"markup_ppm": wish.markup_ppm})
