"""What happens when somebody signs in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.selectors.best_membership import best_membership
from accounts.views.workspace import remember


@receiver(user_logged_in)
def open_first_workspace(request: HttpRequest, user: User, **_: Any) -> None:
    """Start in the oldest workspace, so that being removed from it later is noticed and said."""
    membership, _fits = best_membership(user)
    if membership:
        remember(request, membership.workspace_id)
