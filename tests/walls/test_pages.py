"""The isolation matrix of the pages: every route × method × everybody, against the one table in `routes.py`."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.permissions import Action, Role, may
from tests.accounts.doors import enter_as_staff
from tests.conftest import Person
from tests.walls.resolver import METHODS, Route, routes, scrubbed
from tests.walls.routes import API, PAGES, ROUTES, Need
from tests.walls.world import COMMON, World, make_world

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"
OF_PAGES = [route for route in routes() if route.name not in API]
# Members, and what even they are told is not there: an export that is not built, a picture whose file is not.
NOT_YET = {"export_download", "picture", "account_reset_password_from_key"}
# A form without its field is said to be one before anything is looked up.
FORM_FIRST = {("key_rename", "POST"), ("key_rotate", "POST"), ("member_role", "POST")}
# Forms that a stranger's browser sends, too: forgery is looked at when it is clear who may know the address.
SECRET_FIRST = {"callback", "stripe_webhook"}


@pytest.fixture
def world(alice: Person, mallory: Person) -> World:
    return make_world(alice, mallory)


def test_every_route_has_a_row_and_every_row_a_route():
    assert {route.name for route in routes()} == ROUTES.keys()


def asked(client: Client, route: Route, method: str, values: dict[str, Any], **headers: str) -> Any:
    """Ask, and undo whatever it did."""
    with transaction.atomic():
        answer = client.generic(method, route.address(values), headers={"accept": "text/html", **headers})
        scrubbed_answer = scrubbed(answer, {place: values[place] for place in route.places})
        transaction.set_rollback(True)
    return scrubbed_answer


def declared() -> Iterator[tuple[Route, str, Action | Need]]:
    for route in OF_PAGES:
        for method, need in PAGES[route.name].items():
            yield route, method, need
            if method == "GET":
                yield route, "HEAD", need


def owned(route: Route) -> bool:
    """Tell whether the address names something of a workspace's or person's."""
    return bool(set(route.places) - COMMON.keys() - {"token"})


def refusal(route: Route, method: str, need: Action | Need, *, is_member_somewhere: bool) -> int:
    """Say how whoever may not know it is refused what is somebody else's."""
    if isinstance(need, Action) and not is_member_somewhere:
        return 403  # there is no workspace to look in
    return 422 if (route.name, method) in FORM_FIRST else 404


def to_sign_in(answer: Any) -> bool:
    status, headers, _ = answer
    return bool(status == 302 and headers["Location"].startswith(SIGN_IN))


def is_open(route: Route, answer: Any) -> bool:
    status, _, _ = answer
    fine = status < 500 and status not in (401, 403, 405) and not to_sign_in(answer)
    return fine and (status != 404 or route.name in NOT_YET)


@pytest.mark.parametrize("role", list(Role))
def test_a_member_may_do_what_the_role_may_and_nothing_else(world, role):
    browser, wrong = world.browser(role), []
    own_only = {"session_end", "mfa_edit_webauthn", "mfa_remove_webauthn"}
    for route, method, need in declared():
        if not isinstance(need, Action) or (route.name in own_only and role is not Role.OWNER):
            continue
        answer = asked(browser, route, method, world.there)
        if not (is_open(route, answer) if may(role, need) else answer[0] == 403):
            wrong.append((route.name, method, need, answer[0]))
    assert wrong == []


def test_whoever_is_not_signed_in_is_sent_to_sign_in_whether_or_not_it_is_there(world):
    browser, wrong = world.browser("anonymous"), []
    for route, method, need in declared():
        if isinstance(need, Action) or need is Need.SIGN_IN:
            answers = [asked(browser, route, method, values) for values in (world.there, world.nowhere)]
            if not all(to_sign_in(answer) for answer in answers):
                wrong.append((route.name, method, [answer[0] for answer in answers]))
    assert wrong == []


@pytest.mark.parametrize("who", ["mallory", "removed"])
def test_to_whoever_is_no_member_what_is_there_and_what_is_not_are_the_same(world, who):
    browser, wrong = world.browser(who), []
    for route, method, need in declared():
        if not owned(route) or need in (Need.NOTHING, Need.STAFF):
            continue
        there, nowhere = (asked(browser, route, method, values) for values in (world.there, world.nowhere))
        if there != nowhere or there[0] != refusal(route, method, need, is_member_somewhere=who == "mallory"):
            wrong.append((route.name, method, there[0], nowhere[0]))
    assert wrong == []


@pytest.mark.parametrize("who", ["mallory", "removed", "anonymous"])
def test_no_page_tells_anybody_outside_a_word(world, who):
    browser, secrets, told = world.browser(who), world.secrets(), []
    for route, method, _ in declared():
        status, headers, body = asked(browser, route, method, world.there)
        # What was asked for is said again in the address to come back to.
        said = body + str({name: value for name, value in headers.items() if name != "Location"}).encode()
        address = route.address(world.there).encode()
        found = [word for word in secrets if word in said and word not in address]
        if status >= 500 or found:
            told.append((route.name, method, status, found))
    assert told == []


def test_a_page_made_for_a_workspace_does_nothing_for_whoever_is_not_in_it(world):
    wrong = []
    for who in ("mallory", "removed"):
        browser = world.browser(who)
        for route, method, need in declared():
            if isinstance(need, Action) and not owned(route):
                answer = asked(browser, route, method, world.there, **{"X-Workspace": world.alice.workspace.id})
                if answer[0] != 403:
                    wrong.append((who, route.name, method, answer[0]))
    assert wrong == []


@pytest.mark.parametrize("who", ["anonymous", "mallory", *Role])
def test_the_staffs_pages_are_not_there_for_anybody_else(world, who):
    browser, wrong = world.browser(who), []
    missing = scrubbed(browser.get("/no-such-page/", headers={"accept": "text/html"}), {})
    for route, method, need in declared():
        if need is Need.STAFF:
            answer = asked(browser, route, method, world.there)
            if (answer[0], answer[2]) != (404, b"" if method == "HEAD" else missing[2]):
                wrong.append((route.name, method, answer[0]))
    assert wrong == []


@pytest.mark.parametrize("who", ["anonymous", "mallory"])
def test_without_the_secret_in_it_an_address_answers_like_any_other_without(world, who):
    browser, wrong = world.browser(who), []
    for route, method, need in declared():
        if need in (Need.SECRET, Need.DEMO):
            there, nowhere = (asked(browser, route, method, values) for values in (world.there, world.nowhere))
            asks_who = (route.name, method, who) == ("invitation", "POST", "anonymous")
            if there != nowhere or not (to_sign_in(there) if asks_who else there[0] == 404):
                wrong.append((route.name, method, there[0], nowhere[0]))
    assert wrong == []


@pytest.mark.parametrize("who", ["anonymous", "mallory", "owner"])
def test_what_is_to_be_signed_and_is_not_is_refused_whoever_sends_it(world, who):
    browser = world.browser(who)
    signed = [(route, method) for route, method, need in declared() if need is Need.SIGNATURE]
    assert [asked(browser, route, method, world.there)[0] for route, method in signed] == [400]


@pytest.mark.parametrize("who", ["anonymous", "mallory", "owner"])
def test_a_method_that_no_row_has_is_refused(world, who):
    browser, wrong = world.browser(who), []
    for route in OF_PAGES:
        for method in {*METHODS, "OPTIONS", "TRACE", "BREW"} - PAGES[route.name].keys():
            status, _, _ = asked(browser, route, method, world.there, accept="*/*")
            hidden = route.name.startswith("staff") and method in ("GET", "POST")
            wanted = 404 if hidden or route.name == "api/<path:rest>" else 405
            if status != wanted:
                wrong.append((route.name, method, status))
    assert wrong == []


FORGED: list[dict[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://testserver.evil.example"},
    {},  # from nowhere that is told, and without a token
    {"X-CSRFToken": "x" * 64},
]


@pytest.mark.parametrize("manner", FORGED, ids=str)
@pytest.mark.parametrize("is_staff", [False, True])
def test_nothing_is_done_by_a_form_that_is_not_ours(world, manner, is_staff):
    browser, wrong = Client(enforce_csrf_checks=True, raise_request_exception=False), []
    browser.get("/accounts/login/")  # for a token in its cookie
    if is_staff:
        world.alice.user.is_staff = True
        world.alice.user.save()
        enter_as_staff(browser, world.alice.user)
    else:
        browser.force_login(world.alice.user)
    for route, method, need in declared():
        if method == "POST" and route.name not in SECRET_FIRST:
            answer = asked(browser, route, method, world.there, **manner)
            if answer[0] != (404 if need is Need.STAFF and not is_staff else 403):
                wrong.append((route.name, method, answer[0]))
    assert wrong == []
