"""Which of their workspaces somebody works in."""

from django.db.models import Case, IntegerField, Q, When
from django.db.models.expressions import Combinable

from accounts import wall
from accounts.models import Membership, User

OPENING = wall.opening("accounts_membership.workspace_id")


def best_membership(
    user: User, *, meant: str = "", owners: Q | Combinable | None = None, opens: bool = False
) -> tuple[Membership | None, bool]:
    """Find the membership to work under: in the workspace of `owners`, else in the one that is meant, else the oldest.

    Tells also whether it is more than the oldest; None for a user who is in no workspace. One query, which with `opens`
    opens the wall to the workspace by the way; it is shut again at once when another one was meant.
    """
    fits = Case(
        *([When(owners, then=2)] if owners is not None else []),
        When(workspace_id=meant, then=1),
        default=0,
        output_field=IntegerField(),
    )
    found = Membership.objects.select_related("workspace").filter(user=user).annotate(fits=fits)
    found = found.order_by("-fits", "created_at", "id")
    best = wall.open_by(found.annotate(opened=OPENING).first) if opens else found.first()
    if best and opens and meant and not best.fits:
        wall.shut()
    return best, best is not None and best.fits > 0
