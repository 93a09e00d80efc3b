"""Which of their workspaces somebody works in."""

from django.db.models import Case, IntegerField, Q, When
from django.db.models.expressions import Combinable

from accounts.models import Membership, User


def best_membership(
    user: User, *, meant: str = "", owners: Q | Combinable | None = None
) -> tuple[Membership | None, bool]:
    """Find the membership to work under: in the workspace of `owners`, else in the one that is meant, else the oldest.

    Tells also whether it is more than the oldest; None for a user who is in no workspace. One query.
    """
    fits = Case(
        *([When(owners, then=2)] if owners is not None else []),
        When(workspace_id=meant, then=1),
        default=0,
        output_field=IntegerField(),
    )
    found = Membership.objects.select_related("workspace").filter(user=user).annotate(fits=fits)
    best = found.order_by("-fits", "created_at", "id").first()
    return best, best is not None and best.fits > 0
