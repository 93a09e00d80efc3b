"""A thousand tries at Alice's account hold its password back for a while, and never Alice."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.doors import add_app, app_code, code_in_mail, give_password, is_in

pytestmark = pytest.mark.django_db
HERS, THEIRS = "203.0.113.5", "198.51.100.9"


@pytest.fixture(autouse=True)
def _patience() -> None:
    cache.clear()


def test_meanwhile_alice_signs_in_from_elsewhere_by_a_code_and_her_app(client, alice):
    add_app(alice.user)
    tries = [
        give_password(client, alice, f"guess {number}", REMOTE_ADDR=THEIRS, headers={"X-Forwarded-For": HERS})
        for number in range(1000)
    ]
    assert {answer.status_code for answer in tries} == {200, 429}
    assert sum("password is not correct" in answer.text for answer in tries) == 5
    hers = Client(REMOTE_ADDR=HERS)
    refused = give_password(hers, alice)
    assert "Wait five minutes, or sign in by a code or a passkey." in refused.text
    hers.post("/accounts/login/code/", {"email": alice.user.email})
    assert (
        hers.post("/accounts/login/code/confirm/", {"code": code_in_mail()})["Location"]
        == "/accounts/2fa/authenticate/"
    )
    assert not is_in(hers)
    hers.post("/accounts/2fa/authenticate/", {"code": app_code()})
    assert is_in(hers)
    alice.user.refresh_from_db()
    assert alice.user.is_active


def test_tries_at_other_addresses_hold_nobody_elsewhere_back(client, alice):
    for number in range(40):
        client.post("/accounts/login/", {"login": f"u{number}@example.com", "password": "x"}, REMOTE_ADDR=THEIRS)
    hers = Client(REMOTE_ADDR=HERS)
    assert give_password(hers, alice)["Location"] == "/"
    assert is_in(hers)
