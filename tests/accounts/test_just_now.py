"""Whoever has just signed in, by whatever door, is not asked at once whether it is still them."""

from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.test import Client

from tests.accounts.doors import add_app, app_code, code_in_mail, confirm_it_is_me, enter_just_now, give_password, is_in

pytestmark = pytest.mark.django_db
SECOND = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _patience() -> None:
    cache.clear()


def is_asked(client: Client) -> bool:
    """Tell whether sensitive acts ask first who it is; all of them do, or none."""
    changed = {"action_add": "", "email": "alice@new.example"}
    answers = (client.get("/settings/delete-account/"), client.post("/accounts/email/", changed))
    told = ["reauthenticate" in answer.get("Location", "") for answer in answers]
    assert told[0] == told[1]
    return told[0]


def let_pass(client: Client, seconds: int) -> None:
    session = client.session
    steps: list[dict[str, Any]] = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**step, "at": step["at"] - seconds} for step in steps]
    session.save()


def by_password(client: Client, alice: Any) -> None:
    give_password(client, alice)


def by_code(client: Client, alice: Any) -> None:
    client.post("/accounts/login/code/", {"email": alice.user.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in_mail()})


def by_password_and_app(client: Client, alice: Any) -> None:
    add_app(alice.user)
    give_password(client, alice)
    client.post(SECOND, {"code": app_code()})


@pytest.mark.parametrize("sign_in", [by_password, by_code, by_password_and_app])
def test_for_five_minutes_after_a_sign_in_nobody_is_asked_and_then_they_are(client, alice, sign_in):
    sign_in(client, alice)
    assert is_in(client)
    let_pass(client, 290)
    assert not is_asked(client)
    let_pass(client, 20)
    assert is_asked(client)


def test_for_five_minutes_after_signing_up_neither(client, db):
    client.post("/accounts/signup/", {"email": "eve@example.com", "password1": "eve's long password"})
    client.post("/accounts/confirm-email/", {"code": code_in_mail()})
    assert is_in(client)
    assert not is_asked(client)
    let_pass(client, 310)
    assert is_asked(client)


def test_a_password_without_the_second_factor_is_no_sign_in(client, alice):
    add_app(alice.user)
    give_password(client, alice)
    assert not any(step.get("reauthenticated") for step in client.session[AUTHENTICATION_METHODS_SESSION_KEY])
    client.post(SECOND, {"code": app_code()})
    shown = [
        (step["method"], step.get("reauthenticated")) for step in client.session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    assert shown == [("password", None), ("mfa", True)]


def test_a_sign_in_long_ago_is_not_made_new_by_use(client, alice):
    give_password(client, alice)
    let_pass(client, 310)
    for path in ("/", "/accounts/", "/settings/"):
        client.get(path)
    assert is_asked(client)
    confirm_it_is_me(client, alice)
    assert not is_asked(client)


def test_what_one_has_shown_counts_for_oneself_only(client, alice, bob):
    enter_just_now(client, alice.user)
    assert not is_asked(client)
    client.force_login(bob.user)
    assert is_asked(client)
