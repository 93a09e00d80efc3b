"""Staff in a member's place: the session stays the staff's own, only who is seen as its user changes.

Nobody is signed in, so no sign-in is told to the customer, no session of theirs is made, and nothing outlives the half
hour. Whatever a view does not say it allows is refused meanwhile, the account's own pages above all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST

from accounts.models import Impersonation, User
from accounts.permissions import Action, may
from accounts.services.end_impersonation import end_impersonation
from accounts.services.impersonate import NEVER
from accounts.views.refusal import Refusal

SESSION_KEY = "impersonation"
View = Callable[..., Any]


class ImpersonationMiddleware:
    """Show views the member instead of the staff while an impersonation lasts; after the session's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the user that views see behind a look at the session, taken only when somebody asks."""
        own = request.user
        request.user = SimpleLazyObject(lambda: _seen_as(request, own))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:  # noqa: ARG002
        """Refuse what is not allowed in somebody's place."""
        if getattr(view, "in_place", False) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        if not request.path.startswith("/api/") and impersonation_of(request):
            raise Refusal("Staff does not do that in a customer's name. Nothing was done.")


def impersonation_of(request: HttpRequest) -> Impersonation | None:
    """Give the impersonation that this request is part of."""
    if not request.user.is_authenticated:  # makes the look
        return None
    return cast("Impersonation | None", getattr(request, "impersonation", None))


def in_place(view: View) -> View:
    """Let staff in a member's place use a view."""
    view.in_place = True  # type: ignore[attr-defined]
    return view


def not_in_place(view: View) -> View:
    """Refuse a view to staff in a member's place, though its action is one they may do: such as spending credit."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if impersonation_of(request):
            raise Refusal("Staff neither spends a customer's credit nor leaves in their name. Nothing was done.")
        return view(request, *args, **kwargs)

    return wrapped


def is_offered(request: HttpRequest, role: str, action: Action) -> bool:
    """Tell whether a page offers an action: the role allows it, and staff in a member's place may do it as well."""
    return may(role, action) and not (action in NEVER and impersonation_of(request))


def check_action(request: HttpRequest, action: Action, workspace_id: str) -> None:
    """Refuse what staff never does in somebody's place, and any workspace but the one that was named."""
    here = impersonation_of(request)
    if here and (action in NEVER or here.workspace_id != workspace_id):
        raise Refusal("Staff does not touch a customer's money, keys, members and data. Nothing was done.")


@in_place
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    here = impersonation_of(request)
    if here:
        end_impersonation(impersonation_id=here.id)
    request.session.pop(SESSION_KEY, None)
    return redirect("staff" if here else "projects")


def _seen_as(request: HttpRequest, own: Any) -> Any:
    """Give the member in whose place staff is, or the session's own user."""
    key = request.session.get(SESSION_KEY) if own.is_authenticated else None
    if key is None:
        return own
    now = timezone.now()
    here = Impersonation.objects.filter(id=key, staff_id=own.id, ended_at=None, until__gt=now).first()
    user = User.objects.filter(id=here.user_id, is_active=True).first() if here and own.is_staff else None
    if user is None or user.is_staff or user.is_superuser:
        request.session.pop(SESSION_KEY, None)
        return own
    request.impersonation = here  # type: ignore[attr-defined]
    return user
