"""Authenticator apps and recovery codes, and being asked again before what matters."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.accounts.doors import (
    SECRET,
    add_app,
    app_code,
    code_in_mail,
    confirm_it_is_me,
    give_password,
    is_in,
    recovery_codes,
)
from tests.accounts.passkey import Passkey

pytestmark = pytest.mark.django_db
SECOND = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _clock(settings):
    """A code must not fall over the edge of its half minute between being made and being given."""
    settings.MFA_TOTP_TOLERANCE = 1
    cache.clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Letters are sent once what they tell of is kept."""
    return django_capture_on_commit_callbacks


def test_a_password_alone_is_not_enough_then(client, alice):
    add_app(alice.user)
    assert give_password(client, alice)["Location"] == SECOND
    assert not is_in(client)
    assert client.post(SECOND, {"code": "000000"}).status_code == 200
    assert not is_in(client)
    assert client.post(SECOND, {"code": app_code()})["Location"] == "/"
    assert is_in(client)


def test_only_who_has_a_passkey_is_offered_to_use_it(client, alice):
    add_app(alice.user)
    give_password(client, alice)
    assert "Use a passkey" not in client.get(SECOND).text
    held = {"name": "Alice's passkey", "credential": json.loads(Passkey().register("AAAA"))}
    Authenticator.objects.create(user=alice.user, type="webauthn", data=held)
    assert "Use a passkey" in client.get(SECOND).text


def test_a_code_by_mail_alone_is_not_enough_then(client, alice):
    add_app(alice.user)
    client.post("/accounts/login/code/", {"email": "alice@example.com"})
    assert client.post("/accounts/login/code/confirm/", {"code": code_in_mail()})["Location"] == SECOND
    assert not is_in(client)


def test_a_code_of_the_app_works_once(client, alice):
    add_app(alice.user)
    code, other = app_code(), Client()
    give_password(client, alice)
    client.post(SECOND, {"code": code})
    give_password(other, alice)
    assert "was used already" in other.post(SECOND, {"code": code}).text
    assert not is_in(other)


def test_a_recovery_code_works_once(client, alice):
    add_app(alice.user)
    code, other = recovery_codes(alice.user)[0], Client()
    give_password(client, alice)
    client.post(SECOND, {"code": code})
    assert is_in(client)
    assert len(recovery_codes(alice.user)) == 9
    give_password(other, alice)
    other.post(SECOND, {"code": code})
    assert not is_in(other)


def test_the_sixth_wrong_code_in_five_minutes_is_not_even_looked_at(client, alice):
    add_app(alice.user)
    give_password(client, alice)
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    assert "Too many tries." in client.post(SECOND, {"code": app_code()}).text
    assert not is_in(client)


def test_adding_an_app_asks_who_one_is_shows_the_codes_once_and_is_told_by_letter(client, alice, committed):
    client.force_login(alice.user)
    assert client.get("/accounts/2fa/app/add/")["Location"].startswith("/accounts/reauthenticate/")
    confirm_it_is_me(client, alice)
    page = client.get("/accounts/2fa/app/add/")
    secret = page.context["form"].secret
    assert secret in page.text
    wrong = client.post("/accounts/2fa/app/add/", {"code": "000000"})
    assert "is not correct" in wrong.text
    assert not Authenticator.objects.exists()
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    with committed(execute=True):
        answer = client.post("/accounts/2fa/app/add/", {"code": app_code()})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert mail.outbox[-1].subject == "Authenticator app added"
    codes = recovery_codes(alice.user)
    first, second = client.get(answer["Location"]).text, client.get(answer["Location"]).text
    assert all(code in first for code in codes)
    assert not any(code in second for code in codes)
    assert "10 of 10 are left" in second
    assert client.get("/accounts/2fa/recovery-codes/download/").status_code == 404


def test_removing_the_app_asks_who_one_is_takes_the_codes_along_and_is_told_by_letter(client, alice, committed):
    add_app(alice.user)
    client.force_login(alice.user)
    remove = "/accounts/2fa/app/remove/"
    assert "reauthenticate" in client.post(remove)["Location"]
    assert Authenticator.objects.count() == 2
    confirm_it_is_me(client, alice)
    with committed(execute=True):
        client.post(remove)
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "Authenticator app removed"


def test_new_recovery_codes_kill_the_old_ones(client, alice):
    add_app(alice.user)
    before = recovery_codes(alice.user)
    client.force_login(alice.user)
    confirm_it_is_me(client, alice)
    client.post("/accounts/2fa/recovery-codes/new/")
    assert not set(before) & set(recovery_codes(alice.user))


def test_seeds_are_not_kept_in_the_clear(alice):
    add_app(alice.user)
    app, codes = (Authenticator.objects.get(user=alice.user, type=kind) for kind in ("totp", "recovery_codes"))
    assert SECRET not in str(app.data)
    assert codes.data["seed"].startswith("gAAAA")
    assert len(recovery_codes(alice.user)) == 10


def test_after_the_secret_key_was_changed_the_old_one_still_opens_them(alice, settings):
    add_app(alice.user)
    codes = recovery_codes(alice.user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " + "y" * 50, [settings.SECRET_KEY]
    assert recovery_codes(alice.user) == codes


def test_somebody_elses_second_factor_is_answered_like_a_missing_one(client, alice, mallory):
    theirs = Authenticator.objects.create(user=alice.user, type="webauthn", data={"name": "key", "credential": {}})
    client.force_login(mallory.user)
    confirm_it_is_me(client, mallory)
    for path in ("rename", "remove"):
        for number in (theirs.pk, 999_999):
            assert client.post(f"/accounts/2fa/passkeys/{number}/{path}/", {"name": "mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "key"
