"""Going in by the doors there are, as a browser does."""

import re
import time
from smtplib import SMTPRecipientsRefused
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from accounts.models import User
from tests.conftest import Person

SECRET = "JBSWY3DPEHPK3PXP"
INSIDE = "/"


def browser_of(user: User) -> Client:
    """Open a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    """Tell whether the client is signed in: the account's page shows."""
    return client.get("/accounts/").status_code == 200


def give_password(client: Client, person: Person, password: str = "", **more: Any) -> Any:
    """Send the sign-in form."""
    name = person.user.email.partition("@")[0]
    form = {"login": person.user.email, "password": password or f"{name}'s long password"}
    return client.post("/accounts/login/" + more.pop("query", ""), form, **more)


def code_in_mail() -> str:
    """Give the code of the newest letter."""
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found[1]


def confirm_it_is_me(client: Client, person: Person) -> None:
    """Give the password once more."""
    name = person.user.email.partition("@")[0]
    answer = client.post("/accounts/reauthenticate/", {"password": f"{name}'s long password"})
    assert answer.status_code == 302, answer.content


def add_app(user: User) -> None:
    """Give somebody an authenticator app and recovery codes."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


def app_code() -> str:
    """Give what the app shows now."""
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def recovery_codes(user: User) -> list[str]:
    """Give the codes that are left."""
    codes: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return codes


def enter_as_staff(client: Client, user: User) -> None:
    """Sign in somebody and note that they gave a second factor, as allauth does."""
    _note(client, user, {"method": "mfa", "type": "totp", "at": time.time()})


def enter_just_now(client: Client, user: User) -> None:
    """Sign in somebody who has just shown once more that it is them."""
    _note(client, user, {"method": "password", "at": time.time(), "reauthenticated": True})


def _note(client: Client, user: User, record: dict[str, Any]) -> None:
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = user.pk
    session.save()


class Broken:
    """A mail server that is not there."""

    def __init__(self, **_: Any) -> None: ...

    def send_messages(self, _: Any) -> int:
        raise OSError("no mail server")


class Choosy(EmailBackend):
    """A mail server that takes nothing for Alice."""

    def send_messages(self, messages: Any) -> int:
        if any(message.to == ["alice@example.com"] for message in messages):
            raise SMTPRecipientsRefused({})
        return int(super().send_messages(messages))
