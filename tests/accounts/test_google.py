"""Coming back from Google: what it says of somebody is believed when it was said to us, by it, and lately."""

import json
import time
from typing import Any

import pytest

from accounts.models import User
from tests.accounts.test_elsewhere import run

pytestmark = pytest.mark.django_db(transaction=True)


def case(
    *, email: str = "eve@example.com", verified: bool = True, state: str = "", token: str = "whole", **claims: Any
) -> dict[str, str]:
    """Say what Google tells of who comes."""
    said = {"ASK_EMAIL": email, "ASK_VERIFIED": "yes" if verified else "no", "ASK_STATE": state}
    return said | {"ASK_TOKEN": token, "ASK_CLAIMS": json.dumps(claims)}


def come_back(*cases: dict[str, str]) -> list[dict[str, Any]]:
    """Sign in by a Google on this machine, once for each case; nothing that is written stays."""
    keys = {"GOOGLE_CLIENT_ID": "id-of-ours", "GOOGLE_CLIENT_SECRET": "never-shown"}
    found: list[dict[str, Any]] = run(
        "-m", "tests.accounts.elsewhere", ASK_WHO="google", ASK_CASES=json.dumps(cases), **keys
    )
    assert not User.objects.filter(email="eve@example.com").exists()
    return found


def nobody(found: dict[str, Any]) -> None:
    assert (found["is_in"], found["users"], found["connected"], found["letters"]) == (False, [], 0, [])
    assert found["status"] == 401
    assert "never-shown" not in found["page"]
    assert "token-of-eve" not in found["page"]


def test_eve_comes_back_with_an_account_and_a_workspace_of_her_own_with_a_token_or_by_the_older_way():
    for found in come_back(case(), case(token="none")):
        assert found["there"]["client_id"] == ["id-of-ours"]
        assert set(found["there"]["scope"][0].split()) == {"profile", "email"}
        assert found["there"]["redirect_uri"] == ["http://testserver/accounts/google/login/callback/"]
        assert (found["asked"], found["secret"], found["is_challenge_met"]) == (1, "never-shown", True)
        assert (found["at"], found["status"], found["is_in"]) == ("/", 200, True)
        assert (found["users"], found["workspaces"]) == (["eve@example.com"], ["eve's studio"])
        assert (found["verified"], found["connected"]) == (["eve@example.com"], 1)
        assert found["token_door"] == 404  # allauth's for Google One Tap, which wants no state and no page of ours uses


def test_what_was_said_to_others_by_others_too_long_ago_or_cut_is_not_believed():
    long_ago = int(time.time()) - 60
    for found in come_back(
        case(aud="id-of-another-site"), case(iss="https://accounts.evil.example"), case(exp=long_ago), case(token="cut")
    ):
        assert found["asked"] == 1
        nobody(found)


def test_a_token_comes_back_only_once():
    first, second = come_back(case(jti="once"), case(jti="once"))
    assert first["is_in"]
    nobody(second)


def test_with_a_state_that_is_not_ours_nobody_is_asked_and_nobody_is_made():
    (found,) = come_back(case(state="made-up"))
    assert found["asked"] == 0
    nobody(found)


def test_an_address_that_google_has_not_verified_is_asked_for_a_code_first_and_alices_opens_nothing(alice):
    unverified, hers = come_back(case(verified=False), case(email="alice@example.com"))
    assert (unverified["at"], unverified["is_in"]) == ("/accounts/confirm-email/", False)
    assert (unverified["verified"], unverified["letters"]) == (
        ["alice@example.com"], ["Welcome. Confirm your address"],
    )  # fmt: skip
    assert (hers["is_in"], hers["connected"], hers["users"]) == (False, 0, ["alice@example.com"])
