"""The log of who got in and how, and of what was changed about it: ids and methods, never an address or a secret."""

from typing import Any

import structlog
from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.dispatch import Signal

LOG = structlog.get_logger("accounts.security")
EVENTS: dict[str, Signal] = {
    "signed_up": account.user_signed_up,
    "signed_in": auth.user_logged_in,
    "signed_out": auth.user_logged_out,
    "sign_in_step_done": account.authentication_step_completed,
    "password_changed": account.password_changed,
    "password_set": account.password_set,
    "password_reset": account.password_reset,
    "email_changed": account.email_changed,
    "second_factor_added": mfa.authenticator_added,
    "second_factor_removed": mfa.authenticator_removed,
    "second_factor_renewed": mfa.authenticator_reset,
    "second_factor_refused": mfa.authentication_failed,
}


def _write(event: str, user: Any = None, **facts: Any) -> None:
    authenticator, method = facts.get("authenticator"), facts.get("method")
    said = {"method": method, "factor": authenticator.type if authenticator else None}
    LOG.info(event, user_id=getattr(user, "id", None), **{name: value for name, value in said.items() if value})


def _refused(**_: Any) -> None:  # what was tried is not even looked at
    LOG.warning("sign_in_refused")


def connect() -> None:
    """Write down every event from now on."""
    for event, signal in EVENTS.items():
        signal.connect(_receiver(event), weak=False, dispatch_uid=f"security-log-{event}")
    auth.user_login_failed.connect(_refused, dispatch_uid="security-log-refused")


def _receiver(event: str) -> Any:
    def receive(sender: Any, **facts: Any) -> None:  # noqa: ARG001
        _write(event, **facts)

    return receive
