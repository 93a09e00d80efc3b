"""Who asks and where they may look costs a request two statements: one that reads and opens, one that shuts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from editor.models import Project
from tests.accounts.doors import enter_as_staff
from tests.conftest import Person, make_user
from tests.editor.api.doors import Api
from tests.editor.rows import make_image

pytestmark = pytest.mark.django_db
SHUT = "SELECT set_config('app.workspace', '', false)"
READS_KEY, READS_ROLE = "open_by_key", 'FROM "accounts_membership"'


def price(ask: Callable[[], Any]) -> list[str]:
    """Give the statements of a request that judge who asks, or tell the wall what to show."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    found = [query["sql"] for query in captured]
    words = ("set_config", READS_KEY, "workspace_of_")
    asks_role = [READS_ROLE in sql and sql.endswith(" LIMIT 1") for sql in found]  # not so the switcher's list
    return [sql for sql, judges in zip(found, asks_role, strict=True) if judges or any(word in sql for word in words)]


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    client.get("/")  # which workspace it is stays in the session
    return client


@pytest.mark.parametrize("path", ["/balance", "/edits", "/projects", "/usage", "/ledger", "/images/img_0"])
def test_a_request_of_the_api(alice, path):
    opens, shuts = price(lambda: Api(alice.key).get(path))
    assert (READS_KEY in opens, shuts) == (True, SHUT)


def test_an_unknown_key_opens_nothing_so_that_nothing_is_shut(alice):
    alice.workspace.api_keys.all().delete()
    (asks,) = price(lambda: Api(alice.key).get("/balance"))
    assert READS_KEY in asks


@pytest.mark.parametrize("path", ["/", "/settings/", "/settings/audit/", "/billing/usage/", "/accounts/"])
def test_a_page_in_a_workspace_or_in_none(alice, path):
    client = browser_of(alice)
    opens, shuts = price(lambda: client.get(path))
    assert (READS_ROLE in opens, "set_config" in opens, shuts) == (True, True, SHUT)


def test_a_page_and_an_act_of_a_project_whose_address_tells_the_workspace(alice):
    client, shelf = browser_of(alice), Project.objects.create(workspace=alice.workspace, name="Shelf")
    for ask in (
        lambda: client.get(f"/projects/{shelf.id}/"),
        lambda: client.post(f"/projects/{shelf.id}/rename/", {"name": "Board"}),
    ):
        opens, shuts = price(ask)
        assert (READS_ROLE in opens, "set_config" in opens, shuts) == (True, True, SHUT)
    shelf.refresh_from_db()
    assert shelf.name == "Board"


def test_a_page_of_the_staffs(db):
    client = Client()
    enter_as_staff(client, make_user("sam", is_staff=True))
    opens, frames, shuts = price(lambda: client.get("/staff/providers/"))  # the frame round it shows their own team
    assert ("set_config" in opens, READS_ROLE in frames, shuts) == (True, True, SHUT)


def test_an_upload_as_it_came_for_a_member(alice):
    client, image = browser_of(alice), make_image(alice.workspace)
    opens, shuts = price(lambda: client.get(f"/p/{image.id}/original"))
    assert ("workspace_of_image" in opens, shuts) == (True, SHUT)


def test_another_workspace_than_the_readers_is_not_opened_and_neither_is_their_own(alice, mallory):
    client = browser_of(alice)
    with CaptureQueriesContext(connection) as captured:
        there = client.get("/settings/", headers={"X-Workspace": mallory.workspace.id, "HX-Request": "true"})
    assert there.status_code == 403
    finds, shuts = [query["sql"] for query in captured if "set_config" in query["sql"]]
    assert (READS_ROLE in finds, shuts) == (True, SHUT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.workspace', true)")
        assert cursor.fetchone() == ("",)
