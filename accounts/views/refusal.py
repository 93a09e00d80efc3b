"""A refusal in words for whoever is refused; `config/error_pages.py` shows them, and no other exception's."""

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.permissions import Action, Role, may

AGAIN = "If that is news to you, load the page again: it then shows what you may do."


class Refusal(PermissionDenied):
    """Who is asked may not do it; the message says who they are here, who may, and what to do. It is a 403."""


def role_too_low(membership: Membership, action: Action) -> Refusal:
    """Tell a member what they are now, perhaps only since a moment ago, and what it takes."""
    *some, last = [role.value for role in Role if may(role, action)]
    wanted = f"{', '.join(some)} or {last}" if some else last
    return Refusal(
        f"Your role in {membership.workspace.name} is {membership.role}, and this takes {wanted}. "
        f"Nothing was changed or charged. {AGAIN}"
    )
