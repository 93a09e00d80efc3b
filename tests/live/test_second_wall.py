"""The deployed web server's own database sessions work behind row-level security, and forget each workspace."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import psycopg
import pytest

from config.embedded.launcher import socket_directory
from tests.live.conftest import Live

pytestmark = pytest.mark.xdist_group("live")

# Whoever adds a project or counts a try to sign in leaves behind as what and for which workspace its session worked.
WATCH = """
CREATE TABLE watched
  (told text, pid int, role text, is_above_the_wall bool, wall_holds bool, workspace text, row_of text);
GRANT INSERT ON watched TO pentimento_web;
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO watched SELECT TG_TABLE_NAME, pg_backend_pid(), rolname, rolsuper OR rolbypassrls,
    row_security_active('editor_project'), current_setting('app.workspace', true), to_jsonb(NEW) ->> 'workspace_id'
    FROM pg_roles WHERE rolname = current_user;
  RETURN NEW;
END $$;
CREATE TRIGGER watch AFTER INSERT ON editor_project FOR EACH ROW EXECUTE FUNCTION watch();
CREATE TRIGGER watch AFTER INSERT OR UPDATE ON cache FOR EACH ROW EXECUTE FUNCTION watch();
"""
LOOK_AWAY = (
    "DROP TRIGGER watch ON editor_project; DROP TRIGGER watch ON cache; DROP FUNCTION watch; DROP TABLE watched;"
)
REQUESTS = 20
ELSEWHERE = "127.0.0.2"  # tries to sign in are counted by address, and other tests want theirs


class Seen(NamedTuple):
    told: str
    pid: int
    role: str
    is_above_the_wall: bool
    wall_holds: bool
    workspace: str | None
    row_of: str | None


@pytest.fixture
def owner(live: Live) -> Iterator[psycopg.Connection]:
    host = str(socket_directory(live.house.folder))
    with psycopg.connect(host=host, dbname="pentimento", user="pentimento", autocommit=True) as connection:
        connection.execute(WATCH)
        yield connection
        connection.execute(LOOK_AWAY)


def test_kept_sessions_serve_one_workspace_after_the_other_and_nobody_in_between(live: Live, owner) -> None:
    elsewhere = httpx.HTTPTransport(local_address=ELSEWHERE)
    with httpx.Client(base_url=live.url, transport=elsewhere) as client:
        page = client.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        form = {"login": "nobody@example.com", "password": "wrong", "csrfmiddlewaretoken": token[1]}
        for number in range(REQUESTS):
            for tenant in live.tenants:
                made = client.post("/api/v1/projects", json={"name": f"Shelf {number}"}, headers=tenant.auth)
                assert made.status_code == 201
            client.post("/accounts/login/", data=form)
    rows = [Seen(*row) for row in owner.execute("SELECT * FROM watched").fetchall()]
    workspaces = {tenant.workspace for tenant in live.tenants}

    assert {(row.role, row.is_above_the_wall, row.wall_holds) for row in rows} == {("pentimento_web", False, True)}
    shelves = [row for row in rows if row.told == "editor_project"]
    assert len(shelves) == 2 * REQUESTS
    assert all(row.workspace == row.row_of for row in shelves)
    kept = [
        pid for pid in {row.pid for row in rows} if {row.workspace for row in shelves if row.pid == pid} == workspaces
    ]
    outside = [row for row in rows if row.told == "cache"]
    assert {row.pid for row in outside} & set(kept)
    assert {row.workspace or "" for row in outside} == {""}  # a session of no request yet has never had one
