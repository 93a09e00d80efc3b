"""The web server as it is deployed, with two workspaces, asked over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.crash.house import House, house

URL = "http://127.0.0.1:9/"  # where nobody listens
AN_HOUR = 3600


@dataclass(frozen=True)
class Tenant:
    """A workspace, its owner's way in, and a key of it."""

    workspace: str
    email: str
    password: str
    key: str

    @property
    def auth(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@dataclass(frozen=True)
class Live:
    """A running web server; `ids` are of one of everything that the first of the tenants has."""

    house: House
    url: str
    tenants: tuple[Tenant, Tenant]
    ids: dict[str, str]


def _tenant(built: House, name: str) -> Tenant:
    email = f"{name}@example.com"
    said = built.manage("bootstrap", "--email", email, "--workspace", name, "--credit", "1000.00", "--json")
    made = json.loads(said)
    return Tenant(made["workspace"], email, made["password"], made["api_key"])


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    with house() as built:
        tenants = _tenant(built, "alice"), _tenant(built, "mallory")
        built.api.headers.update(tenants[0].auth)
        with built.up(only="web", EMAIL_URL="dummymail://"):
            hook = built.api.post("/webhook-endpoints", json={"url": URL, "events": ["edit.failed"]}).json()["id"]
            ids = {
                "url": URL,
                "image_id": built.image,
                "edit_id": built.submit("auto", "warmer light", deadline=AN_HOUR),
                "project": built.api.get("/projects").json()["data"][0]["id"],
                "endpoint_id": hook,
                "delivery_id": built.api.post(f"/webhook-endpoints/{hook}/test").json()["id"],
            }
            yield Live(built, f"http://127.0.0.1:{built.port}", tenants, ids)
            # Nobody runs who would end what is overdue.
            assert [one for one in built.violations() if not one[0].startswith("I8 ")] == []
