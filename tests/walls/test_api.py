"""The isolation matrix of the API: every route, every operation of the OpenAPI document × every kind of key."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts.models import ApiKey
from accounts.permissions import SCOPED, Action, Scope
from tests.conftest import Person
from tests.walls.resolver import METHODS, Route, routes, scrubbed
from tests.walls.routes import API
from tests.walls.world import World, make_world

OF_API = [route for route in routes() if route.name in API]
ROWS = [(route, method, need) for route in OF_API for method, need in API[route.name].items()]


@pytest.fixture
def world(alice: Person, mallory: Person) -> World:
    return make_world(alice, mallory)


def asked(route: Route, method: str, values: dict[str, Any], key: str = "", client: Client | None = None) -> Any:
    """Ask, and undo whatever it did."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    kind = "multipart/form-data; boundary=x" if route.name == "api-images" else "application/json"
    body = b"--x--\r\n" if "multipart" in kind else b"{}"
    sent: dict[str, Any] = {} if method in ("GET", "HEAD") else {"data": body, "content_type": kind}
    with transaction.atomic():
        client = client or Client(raise_request_exception=False)
        answer = scrubbed(client.generic(method, route.address(values), headers=headers, **sent), {})
        transaction.set_rollback(True)
    return answer


def code(answer: Any) -> str:
    found = re.search(rb'"code":"([^"]*)"', answer[2])
    return found[1].decode() if found else ""


def test_the_openapi_document_describes_every_row_and_nothing_else():
    document = SchemaGenerator().get_schema(request=None, public=True)
    described = {(path, way.upper()) for path, ways in document["paths"].items() for way in ways}
    table = {("/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route.pattern), method) for route, method, _ in ROWS}
    assert described == table


def test_the_views_ask_for_what_the_table_says():
    from django.urls import resolve

    places = dict.fromkeys((place for route in OF_API for place in route.places), "x")
    for route in OF_API:
        view = vars(resolve(route.address(places)).func)["view_class"]
        assert {method.upper(): need for method, need in view.needs.items()} == API[route.name], route.name


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["none", "mistyped", "unknown", "revoked", "expired", "deleted_workspace"])
def test_without_a_live_key_nothing_is_said_but_that(world, which):
    key = {"none": "", "mistyped": world.keys["spare"][:-1] + "!", "unknown": world.keys["spare"]}.get(
        which, world.keys["spare"]
    )
    mine = ApiKey.objects.filter(name="spare")
    if which == "unknown":
        mine.delete()
    elif which == "revoked":
        mine.update(revoked_at=timezone.now())
    elif which == "expired":
        mine.update(expires_at=timezone.now())
    elif which == "deleted_workspace":
        world.alice.workspace.delete_at = timezone.now()
        world.alice.workspace.save()
    wanted = (401, "missing_key" if which == "none" else "bad_key")
    wrong = []
    for route, method, _ in ROWS:
        there, nowhere = (asked(route, method, values, key) for values in (world.there, world.nowhere))
        if (there[0], code(there)) != wanted or there != nowhere:
            wrong.append((route.name, method, there[0], code(there)))
    assert wrong == []


@pytest.mark.django_db
def test_a_session_opens_nothing_here_not_even_its_owners(world):
    browser = world.browser("owner")
    answers = {(route.name, method): asked(route, method, world.there, client=browser)[0] for route, method, _ in ROWS}
    assert set(answers.values()) == {401}


@pytest.mark.django_db
@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_does_what_its_scope_allows_and_nothing_else(world, scope):
    wrong = []
    for route, method, need in ROWS:
        answer = asked(route, method, world.there, world.keys[scope])
        allowed = isinstance(need, Action) and need in SCOPED[scope]
        fine = answer[0] < 500 and answer[0] not in (401, 403, 405)
        fine = fine and (answer[0] != 404 or route.name == "api-image-content")  # its file is not there
        if not (fine if allowed else (answer[0], code(answer)) == (403, "missing_scope")):
            wrong.append((route.name, method, answer[0], code(answer)))
    assert wrong == []


@pytest.mark.django_db
def test_to_another_workspaces_key_what_is_there_and_what_is_not_are_the_same(world):
    ApiKey.objects.filter(workspace=world.mallory.workspace).update(scopes=list(Scope))
    wrong = []
    for route, method, _ in ROWS:
        if route.places:
            there, nowhere = (
                asked(route, method, values, world.keys["foreign"]) for values in (world.there, world.nowhere)
            )
            if there != nowhere or there[0] != 404:
                wrong.append((route.name, method, there, nowhere))
    assert wrong == []


@pytest.mark.django_db
def test_no_answer_tells_another_workspaces_key_a_word(world):
    ApiKey.objects.filter(workspace=world.mallory.workspace).update(scopes=list(Scope))
    secrets, told = world.secrets(), []
    for route, method, _ in ROWS:
        status, headers, body = asked(route, method, world.there, world.keys["foreign"])
        if status >= 500 or any(word in body or word.decode() in str(headers) for word in secrets):
            told.append((route.name, method, status))
    assert told == []


@pytest.mark.django_db
def test_a_method_that_no_row_has_is_refused(world):
    ApiKey.objects.filter(workspace=world.alice.workspace).update(scopes=list(Scope))
    answers = {
        (route.name, method): asked(route, method, world.there, world.alice.key)[0]
        for route in OF_API
        for method in set(METHODS) - API[route.name].keys()
    }
    assert set(answers.values()) == {405}, answers
