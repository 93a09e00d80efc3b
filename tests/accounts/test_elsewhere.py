"""Signing in by Google and GitHub: off and said so, until the keys are set in the environment."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from config.env import ROOT

pytestmark = pytest.mark.django_db
# In a process of its own, for what is on is decided as it starts; it writes nothing into the tests' database.
ASK = """
import json, os, django
from config import settings_test as ours
ours.DATABASES["default"]["NAME"] = os.environ["ASK_DATABASE"]
ours.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
ours.CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in ("default", "process")}
django.setup()
from django.test import Client
client = Client()
page = client.get("/accounts/login/")
answers = {name: client.post(f"/accounts/{name}/login/") for name in ("google", "github")}
print(json.dumps({
    "offered": [name for name in ("Google", "GitHub") if f"Go on with {name}" in page.text],
    "policy": page["Content-Security-Policy"],
    "to": {name: answer.get("Location", str(answer.status_code)) for name, answer in answers.items()},
}))
"""


def ask(**keys: str) -> dict[str, Any]:
    found: dict[str, Any] = run("-c", ASK, **keys)
    return found


def run(*command: str, **keys: str) -> Any:
    cleared = dict.fromkeys((f"{name}_CLIENT_{part}" for name in ("GOOGLE", "GITHUB") for part in ("ID", "SECRET")), "")
    cleared["ASK_DATABASE"] = str(connection.settings_dict["NAME"])
    env = {**os.environ, **cleared, "DJANGO_SETTINGS_MODULE": "config.settings_test", **keys}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_without_keys_neither_is_offered_and_the_security_page_says_so(client, alice):
    found = ask(GOOGLE_CLIENT_ID="half a pair")
    assert found["offered"] == []
    assert found["to"] == {"google": "404", "github": "404"}
    client.force_login(alice.user)
    assert "has set no keys for it" in client.get("/accounts/security/").text


def test_with_keys_one_is_sent_there_with_a_state_and_a_challenge(db):
    found = ask(GITHUB_CLIENT_ID="id-of-ours", GITHUB_CLIENT_SECRET="never-shown")
    assert found["offered"] == ["GitHub"]
    there = found["to"]["github"]
    assert there.startswith("https://github.com/login/oauth/authorize?")
    for part in ("client_id=id-of-ours", "state=", "code_challenge_method=S256", "scope=user%3Aemail"):
        assert part in there
    assert "never-shown" not in there
    assert "form-action 'self' https://github.com;" in f"{found['policy']};"
    assert found["to"]["google"] == "404"


def come_back(*, email: str, verified: bool = True, state: str = "") -> dict[str, Any]:
    """Sign in by a GitHub on this machine, which says that this is the address; nothing that is written stays."""
    keys = {"GITHUB_CLIENT_ID": "id-of-ours", "GITHUB_CLIENT_SECRET": "never-shown"}
    said = {"ASK_EMAIL": email, "ASK_VERIFIED": "yes" if verified else "no", "ASK_STATE": state}
    found: list[dict[str, Any]] = run(
        "-m", "tests.accounts.elsewhere", ASK_WHO="github", ASK_CASES=json.dumps([said]), **keys
    )
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_eve_comes_back_from_there_with_an_account_and_a_workspace_of_her_own():
    found = come_back(email="eve@example.com")
    assert (found["asked"], found["secret"], found["is_challenge_met"]) == (1, "never-shown", True)
    assert (found["at"], found["status"], found["is_in"]) == ("/", 200, True)
    assert (found["users"], found["workspaces"]) == (["eve@example.com"], ["eve's studio"])
    assert (found["verified"], found["connected"]) == (["eve@example.com"], 1)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_a_state_that_is_not_ours_nobody_is_asked_and_nobody_is_made():
    found = come_back(email="eve@example.com", state="made-up")
    assert (found["asked"], found["is_in"], found["users"], found["connected"]) == (0, False, [], 0)
    assert found["status"] == 401


@pytest.mark.django_db(transaction=True)
def test_an_address_that_they_have_not_verified_is_asked_for_a_code_first():
    found = come_back(email="eve@example.com", verified=False)
    assert (found["at"], found["is_in"]) == ("/accounts/confirm-email/", False)
    assert (found["verified"], found["letters"]) == ([], ["Welcome. Confirm your address"])


@pytest.mark.django_db(transaction=True)
def test_alices_address_there_does_not_open_alices_account_here(alice):
    found = come_back(email="alice@example.com")
    assert (found["is_in"], found["connected"], found["users"]) == (False, 0, ["alice@example.com"])
