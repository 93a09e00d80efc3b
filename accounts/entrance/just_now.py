"""When somebody last showed that it is them: by signing in too."""

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

SHOWN = "reauthenticated"


def just_signed_in(request: HttpRequest, user: Any) -> None:
    """Have the last step of a sign-in that is complete count as having shown that it is them, from when it was taken.

    Of the steps only: a password alone is no sign-in where a second factor is asked for. Who signs up took none.
    """
    steps = get_authentication_records(request, user)
    if not steps:
        record_authentication(request, user, method="sign_up", **{SHOWN: True})
        return
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*steps[:-1], {**steps[-1], SHOWN: True}]
