"""Signing in by Google and GitHub: off and said so, until the keys are set in the environment."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

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


def ask(**keys: str) -> dict[str, object]:
    cleared = dict.fromkeys((f"{name}_CLIENT_{part}" for name in ("GOOGLE", "GITHUB") for part in ("ID", "SECRET")), "")
    cleared["ASK_DATABASE"] = str(connection.settings_dict["NAME"])
    env = {**os.environ, **cleared, "DJANGO_SETTINGS_MODULE": "config.settings_test", **keys}
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_without_keys_neither_is_offered_and_the_security_page_says_so(client, alice):
    found = ask(GOOGLE_CLIENT_ID="half a pair")
    assert found["offered"] == []
    assert found["to"] == {"google": "404", "github": "404"}
    client.force_login(alice.user)
    assert "has set no keys for it" in client.get("/accounts/security/").text


def test_with_keys_one_is_sent_there_with_a_state_and_a_challenge(db):
    found = ask(GITHUB_CLIENT_ID="id-of-ours", GITHUB_CLIENT_SECRET="never-shown")
    assert found["offered"] == ["GitHub"]
    there = found["to"]["github"]  # type: ignore[index]
    assert there.startswith("https://github.com/login/oauth/authorize?")
    for part in ("client_id=id-of-ours", "state=", "code_challenge_method=S256", "scope=user%3Aemail"):
        assert part in there
    assert "never-shown" not in there
    assert "form-action 'self' https://github.com;" in f"{found['policy']};"
    assert found["to"]["google"] == "404"  # type: ignore[index]
