"""The cast: Alice owns a workspace, Bob is an editor in it, Mallory belongs elsewhere."""

import os
import tempfile

# Before Django reads its settings, and before parallel workers start: one database server for the whole run.
os.environ.setdefault("PENTIMENTO_DATA_DIR", tempfile.mkdtemp(prefix="pentimento-test-"))

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.db import OperationalError, connection

from accounts import wall
from accounts.models import Membership, User, Workspace
from accounts.permissions import Role
from accounts.services.create_workspace import create_workspace
from accounts.services.issue_api_key import issue_api_key
from billing.ledger import grant
from config.env import ProviderEnv
from editor.providers.registry import PROVIDERS
from editor.waves.pace import CALLBACKS
from tests.walls.as_web import as_the_web

if TYPE_CHECKING:
    from tests.simulator_fixture import Simulator

OFF = {name: ProviderEnv("", "", ()) for name in PROVIDERS}

pytest_plugins = [
    "tests.simulator_fixture",
    "tests.stripe_fixture",
    "tests.fake_stripe_fixture",
    "tests.crash.reporting",
    "tests.editor.interleavings.reporting",
]


@pytest.fixture(scope="session", autouse=True)
def flush_empties_the_ledger_too():
    """Between transactional tests Django truncates every table; the ledger's triggers look away for that statement."""
    operations = type(connection.ops)  # the class, for a browser test's thread gets a connection of its own
    flush = operations.execute_sql_flush

    def flush_all(self: Any, statements: list[str]) -> None:
        for _ in range(3):
            try:
                return flush(self, ["SET LOCAL session_replication_role = replica", *statements])
            except OperationalError:  # a deadlock with a request that a closed browser window left behind
                connection.close()
        return flush(self, ["SET LOCAL session_replication_role = replica", *statements])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_all)
        yield


@pytest.fixture(scope="session", autouse=True)
def nobody_holds_the_database(django_db_setup: None, django_db_blocker: Any):
    """End what sessions are left when the run ends: a thread of a closed browser window may still hold one."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def requests_work_as_the_web_does():
    """What a test asks by HTTP is answered behind the second wall; its own queries are the tables' owner's."""
    with as_the_web():
        yield


@pytest.fixture(autouse=True)
def the_second_wall_is_left_shut(django_db_blocker: Any):
    """Shut what a test opened outside a request, or the next test's request pays for that."""
    yield
    if not wall.is_shut():
        with django_db_blocker.unblock():
            wall.shut()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright leaves an event loop running in its thread, where others start their own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def nobody_calls_back() -> None:
    """Where no server runs, callbacks do not come; that is known from the start, so that jobs are polled soon."""
    for name in PROVIDERS:
        for _ in range(20):
            CALLBACKS.note(name, called=False)


@dataclass(frozen=True)
class Person:
    """Somebody in a test, with a workspace and a key of it."""

    user: User
    workspace: Workspace
    key: str

    @property
    def auth(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def make_user(name: str, **columns: Any) -> User:
    """Make somebody whose address is confirmed."""
    user = User.objects.create_user(f"{name}@example.com", f"{name}'s long password", **columns)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _owner(name: str) -> Person:
    user = make_user(name)
    workspace = create_workspace(owner=user, name=f"{name.title()}'s studio")
    return Person(user, workspace, issue_api_key(workspace=workspace, created_by=user, name="test"))


@pytest.fixture
def alice(db: None) -> Person:
    return _owner("alice")


@pytest.fixture
def bob(alice: Person) -> Person:
    user = make_user("bob")
    Membership.objects.create(workspace=alice.workspace, user=user, role=Role.EDITOR)
    return Person(user, alice.workspace, issue_api_key(workspace=alice.workspace, created_by=user, name="bob's"))


@pytest.fixture
def mallory(db: None) -> Person:
    return _owner("mallory")


@pytest.fixture
def shortapi(settings: Any) -> None:
    """ShortAPI is on, at an address where nobody listens."""
    settings.PROVIDERS = {**OFF, "shortapi": ProviderEnv("http://127.0.0.1:9", "test-key-of-shortapi", ())}


def simulate(simulator: "Simulator", settings: Any, *names: str) -> "Simulator":
    """Turn these providers on, and no others: each is the simulator, whose results we may fetch."""
    on = {name: ProviderEnv(simulator.base_url(name), f"test-key-of-{name}", ()) for name in names}
    settings.PROVIDERS = {**OFF, **on}
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    return simulator


@pytest.fixture
def upstream(simulator: "Simulator", settings: Any) -> "Simulator":
    """ShortAPI is on and is the simulator."""
    return simulate(simulator, settings, "shortapi")


@pytest.fixture
def credit(alice: Person) -> Person:
    """Alice's workspace has $10."""
    grant(workspace_id=alice.workspace.id, amount=10_000_000, key=f"grant:{alice.workspace.id}")
    return alice
