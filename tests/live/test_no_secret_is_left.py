"""After a day at the real server no key, password or token is left in its log, its exports or its database."""

import re
from typing import Any

import httpx
import psycopg
import pytest

from config.embedded.launcher import socket_directory
from tests.live.conftest import Live

pytestmark = pytest.mark.xdist_group("live")
TOKEN = "tokenwhichopenssomethingforwhoeverholdsit42"
SAID = "a prompt that is nobody's business"
WRONG = "a wrong password that is right elsewhere"


class Browser(httpx.Client):
    """Sends the forms of pages."""

    def send_form(self, page: str, to: str, **form: Any) -> httpx.Response:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(page).text)
        assert found is not None, page
        return self.post(to, data={**form, "csrfmiddlewaretoken": found[1]})


def database(live: Live) -> str:
    """Give every row of every table, as a dump holds it."""
    host, rows = str(socket_directory(live.house.folder)), []
    with psycopg.connect(host=host, dbname="pentimento", user="pentimento") as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows += connection.execute(f"SELECT row_to_json(t)::text FROM {table} t".encode()).fetchall()
    return "\n".join(row for (row,) in rows)


def test_no_secret_is_left(live: Live) -> None:
    alice, login = live.tenants[0], "/accounts/login/"
    with Browser(base_url=live.url, trust_env=False, follow_redirects=True) as browser:
        browser.send_form(login, login, login=alice.email, password=WRONG)
        assert "Sign out" in browser.send_form(login, login, login=alice.email, password=alice.password).text
        again = "/accounts/reauthenticate/"
        browser.send_form(again, again, password=alice.password)
        form = {"name": "Shop", "scopes": ["read", "write"], "kind": "live"}
        made = re.search(
            r"pnt_(live|test)_\w{36}", browser.send_form("/settings/keys/", "/settings/keys/make/", **form).text
        )
        assert made is not None
        secret = live.house.api.post("/webhook-endpoints", json={"url": live.ids["url"], "events": ["edit.failed"]})
        live.house.api.post("/edits", json={"prompt": SAID, "images": [live.ids["image_id"]], "deadline_seconds": 3600})
        live.house.api.post("/edits", json={"prompt": SAID, "images": "x", "n": SAID})
        signed = live.house.api.get(f"/images/{live.ids['image_id']}").json()["url"]
        assert browser.get(signed).status_code == 200
        for address in (f"/api/v1/balance?key={made[0]}", f"/api/v1/balance?a={alice.key}"):
            answer = browser.get(address)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "key_in_address")
        opened_by_token = (
            "/invitations/{}/",
            "/certificates/{}/",
            "/cb/shortapi/{}",
            "/accounts/password/reset/key/usr_x-{}/",
        )
        pages = [browser.get(address.format(TOKEN)).text for address in opened_by_token]
        pages += [browser.get(f"/{made[0]}/").text, browser.get(f"/api/v1/edits/{made[0]}").text]
        exports = [browser.get(f"/settings/audit/export/?format={kind}") for kind in ("csv", "json")]
        session = browser.cookies["session"]
    assert {export.status_code for export in exports} == {200}
    assert made[0][-4:] in exports[0].text  # the log is there: it tells a key by its last four

    opens = [alice.key, alice.password, made[0], WRONG, TOKEN, secret.json()["secret"], live.tenants[1].password]
    log = (live.house.folder / "log").read_text()
    assert '"path"' in log
    left = {
        "log": [word for word in [*opens, session, SAID, httpx.URL(signed).params["s"]] if word in log],
        "exports": [word for word in [*opens, session] if any(word in export.text for export in exports)],
        "pages": [word for word in opens if any(word in page for page in pages)],
        "database": [word for word in opens if word in database(live)],
    }
    assert left == {"log": [], "exports": [], "pages": [], "database": []}
