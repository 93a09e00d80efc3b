"""A thousand tries to sign in at the deployed server: each is answered, a handful is looked at, nothing leaks."""

import re
import time
from collections import Counter

import httpx
import pytest

from tests.live.conftest import Live

pytestmark = pytest.mark.proof
TRIES, LOOKED_AT_A_MINUTE = 1000, 10
LOGIN = "/accounts/login/"
WRONG, TOO_MANY = "The address or the password is not correct.", "Too many tries."
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
GUESS = "a guess at her password"


def browser(live: Live, come_from: str) -> httpx.Client:
    return httpx.Client(
        base_url=live.url, trust_env=False, timeout=60, transport=httpx.HTTPTransport(local_address=come_from)
    )


def sign_in(client: httpx.Client, token: str, email: str, password: str, **headers: str) -> httpx.Response:
    form = {"login": email, "password": password, "csrfmiddlewaretoken": token}
    return client.post(LOGIN, data=form, headers=headers)


def test_a_thousand_tries_to_sign_in(live: Live) -> None:
    alice, mallory = live.tenants
    begun, said = time.monotonic(), Counter[str]()
    with browser(live, "127.0.0.4") as client:
        token = TOKEN.search(client.get(LOGIN).text)
        assert token is not None
        for number in range(TRIES):
            email = alice.email if number % 2 else f"nobody{number}@example.com"
            made_up = f"10.{number // 250}.{number % 250}.1"
            answer = sign_in(client, token[1], email, f"{GUESS} {number}", **{"X-Forwarded-For": made_up})
            assert (answer.status_code, "session" in client.cookies) in {(200, False), (429, False)}
            words = "wrong" if WRONG in answer.text else "too many" if TOO_MANY in answer.text else answer.text
            said[f"{answer.status_code} {words}"] += 1
            assert not [secret for secret in (alice.password, alice.key, alice.workspace) if secret in answer.text]
        minutes = int(time.monotonic() - begun) // 60 + 1
    assert set(said) <= {"200 wrong", "200 too many", "429 too many"}
    assert 1 <= said["200 wrong"] <= LOOKED_AT_A_MINUTE * minutes
    assert said["429 too many"] >= TRIES // 2
    with browser(live, "127.0.0.5") as client:  # somebody else is not held up by it
        token = TOKEN.search(client.get(LOGIN).text)
        assert token is not None
        assert sign_in(client, token[1], mallory.email, mallory.password).status_code == 302
        assert "session" in client.cookies
    log = (live.house.folder / "log").read_text()
    assert GUESS not in log
    assert "nobody1@example.com" not in log
    assert "Traceback" not in log
