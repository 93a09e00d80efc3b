"""Projects, providers and the balance."""

from datetime import UTC, datetime

import pytest

from editor.models import Edit, Project, ProviderState
from editor.providers.registry import PROVIDERS
from tests.editor.api.doors import refused

pytestmark = pytest.mark.django_db


def test_the_balance_is_strings_with_six_decimals(api, alice, credit, image):
    api.post("/edits", {"prompt": "x", "images": [image.id], "n": 2})
    assert Edit.objects.count() == 1
    assert api.get("/balance").json() == {
        "currency": "USD", "available": "0.905000", "held": "0.095000", "spent": "0.000000",
    }  # fmt: skip


def test_a_workspace_without_credit_has_a_balance_of_nothing(api):
    assert api.get("/balance").json()["available"] == "0.000000"


def test_a_project_is_put_up_and_listed(api, alice, mallory):
    Project.objects.create(workspace=mallory.workspace, name="Hers")
    answer = api.post("/projects", {"name": "Spring lookbook"})
    project = Project.objects.get(workspace=alice.workspace)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": project.id,
        "object": "project",
        "name": "Spring lookbook",
        "is_default": False,
        "created_at": project.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert api.get("/projects").json() == {"data": [answer.json()], "next": None}


@pytest.mark.parametrize("name", ["", "  ", "n" * 81, 7, None, ["a"], "a\0b"], ids=repr)
def test_a_bad_name_is_refused(api, name):
    refused(api.post("/projects", {"name": name}), 422, "invalid", "name")
    assert not Project.objects.exists()


def test_an_unknown_field_of_a_project_is_refused(api):
    refused(api.post("/projects", {"name": "x", "workspace": "wsp_1"}), 422, "invalid", "workspace")
    assert not Project.objects.exists()


def test_a_project_has_a_small_body(api):
    refused(api.post("/projects", b" " * (64 * 1024 + 1)), 413, "too_large")


def test_providers_say_what_they_can_what_they_cost_and_what_is_closed(api):
    found = api.get("/providers").json()
    assert found["next"] is None
    assert [provider["name"] for provider in found["data"]] == list(PROVIDERS)
    shortapi = found["data"][0]
    assert shortapi == {
        "object": "provider",
        "name": "shortapi",
        "enabled": True,
        "health": {"state": "closed", "reason": None, "until": None},
        "measured": {"median_seconds": None, "p95_seconds": None, "success_rate": None, "samples": 0},
        "capabilities": [
            {
                "model": "seedream-4.5",
                "images": 10,
                "outputs": 6,
                "resolutions": ["2K"],
                "prompt_characters": 4000,
                "settings": [],
            }
        ],
        "routes": [
            {
                "model": "seedream-4.5",
                "resolution": "2K",
                "currency": "USD",
                "unit_price": "0.047500",
                "open": True,
                "reason": None,
            },
            {
                "model": "seedream-4.5",
                "resolution": "4K",
                "currency": "USD",
                "unit_price": None,
                "open": False,
                "reason": "serves 2K only",
            },
            *(
                {
                    "model": "seededit-3.0",
                    "resolution": resolution,
                    "currency": "USD",
                    "unit_price": None,
                    "open": False,
                    "reason": "does not serve seededit-3.0",
                }
                for resolution in ("2K", "4K")
            ),
        ],
    }


def test_a_provider_that_rests_and_one_that_staff_disabled_say_so(api):
    until = datetime(2126, 11, 20, 14, 32, tzinfo=UTC)
    states = ProviderState.objects
    states.filter(name="shortapi").update(open_until=until, open_code="failing", open_reason="HTTP 500", samples=9)
    states.filter(name="apipod").update(disabled_at=until, disabled_reason="invoices")
    found = {provider["name"]: provider for provider in api.get("/providers").json()["data"]}
    shortapi, apipod = found["shortapi"], found["apipod"]
    assert shortapi["health"] == {"state": "open", "reason": "HTTP 500", "until": "2126-11-20T14:32:00Z"}
    assert shortapi["measured"]["samples"] == 9
    rests = "is resting after failures until 14:32 UTC: HTTP 500; it will be asked when it is back"
    assert (shortapi["routes"][0]["open"], shortapi["routes"][0]["reason"]) == (True, rests)
    assert apipod["health"] == {"state": "disabled", "reason": "invoices", "until": None}


def test_a_provider_without_a_key_is_off_and_says_so(api, settings):
    known = settings.PROVIDERS["shortapi"]
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": type(known)(known.base_url, "", known.result_hosts)}
    shortapi = api.get("/providers").json()["data"][0]
    assert (shortapi["enabled"], shortapi["routes"][0]["open"]) == (False, False)
    assert shortapi["routes"][0]["reason"] == "is off: it has no API key here"
