"""Passkeys: only ours, only here, only once; and nonsense in the place of one is refused like a wrong one."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests.accounts.doors import confirm_it_is_me, is_in
from tests.accounts.passkey import Passkey, challenge_of

pytestmark = pytest.mark.django_db
LOGIN, ADD = "/accounts/2fa/passkeys/login/", "/accounts/2fa/passkeys/add/"
REFUSED = "That is not correct, was used already, or came too late."


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    cache.clear()


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def passkey(alice):
    """Alice's, added on her security page."""
    client, made = Client(SERVER_NAME="localhost"), Passkey()
    client.force_login(alice.user)
    confirm_it_is_me(client, alice)
    asked = re.search(r'"challenge": "([^"]+)"', client.get(ADD).text)
    assert asked is not None
    answer = client.post(ADD, {"name": "Desk", "credential": made.register(asked[1]), "passwordless": "on"})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return made


def give(client, credential):
    return client.post(LOGIN, {"credential": credential}, follow=True)


def test_alice_signs_in_with_hers_alone(visitor, alice, passkey):
    give(visitor, passkey.sign(challenge_of(visitor), alice.user))
    assert is_in(visitor)


@pytest.mark.parametrize("origin", ["https://localhost.evil.example", "http://evil.example", "http://xlocalhost"])
def test_one_that_was_used_on_another_site_is_refused_here(visitor, alice, passkey, origin):
    answer = give(visitor, passkey.sign(challenge_of(visitor), alice.user, origin=origin))
    assert REFUSED in answer.text
    assert not is_in(visitor)


def test_what_it_signed_once_signs_nobody_in_again(visitor, alice, passkey):
    signed = passkey.sign(challenge_of(visitor), alice.user)
    give(visitor, signed)
    assert is_in(visitor)
    other = Client(SERVER_NAME="localhost")
    assert REFUSED in give(other, signed).text
    challenge_of(other)
    assert REFUSED in give(other, signed).text
    assert not is_in(other)


def test_a_copy_that_counts_behind_is_refused(visitor, alice, passkey):
    passkey.count = 5
    give(visitor, passkey.sign(challenge_of(visitor), alice.user))
    assert is_in(visitor)
    other = Client(SERVER_NAME="localhost")
    passkey.count = 5
    assert REFUSED in give(other, passkey.sign(challenge_of(other), alice.user)).text
    assert not is_in(other)


def test_somebody_elses_passkey_under_her_name_is_refused(visitor, alice, passkey):
    give(visitor, Passkey().sign(challenge_of(visitor), alice.user))
    assert not is_in(visitor)


def test_alices_passkey_opens_no_account_but_hers(visitor, mallory, passkey):
    give(visitor, passkey.sign(challenge_of(visitor), mallory.user))
    assert not is_in(visitor)


@pytest.mark.parametrize("key", ["id", "rawId", "response"])
@pytest.mark.parametrize("value", [None, 5, "x", [], {}, {"userHandle": 5}, {"clientDataJSON": "AAAA"}])
def test_a_broken_answer_is_refused_like_a_wrong_one(visitor, alice, passkey, key, value):
    signed = json.loads(passkey.sign(challenge_of(visitor), alice.user))
    answer = give(visitor, json.dumps({**signed, key: value}))
    assert answer.status_code == 200
    assert not is_in(visitor)


@pytest.mark.parametrize("nonsense", ["", "5", "[]", "{}", '"x"', "null", "not JSON", "[" * 5000, '{"response": []}'])
def test_nonsense_is_refused_like_a_wrong_one(visitor, alice, passkey, nonsense):
    challenge_of(visitor)
    assert give(visitor, nonsense).status_code == 200
    assert not is_in(visitor)
    visitor.force_login(alice.user)
    confirm_it_is_me(visitor, alice)
    visitor.get(ADD)
    assert visitor.post(ADD, {"name": "Desk", "credential": nonsense}).status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1
