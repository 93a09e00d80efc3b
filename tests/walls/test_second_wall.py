"""With the first wall down, PostgreSQL still shows the web nothing of another workspace."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import wall
from accounts.models import ApiKey, AuditEvent, Invitation, Membership
from accounts.selectors.best_membership import best_membership
from accounts.selectors.keys import opening_key
from billing.ledger import grant
from billing.models import Account, Entry
from editor.models import Attempt, Edit, Image, Output, Project
from tests.conftest import Person
from tests.editor.api.doors import Api
from tests.editor.rows import make_attempt, make_edit, make_image
from tests.walls.as_web import begin, end

pytestmark = pytest.mark.django_db
KINDS = (ApiKey, Attempt, Edit, Image, Project)
VIOLATED = "violates row-level security policy"


@pytest.fixture
def both(alice: Person, mallory: Person) -> tuple[Person, Person]:
    """Alice and Mallory each have a picture, an edit of it, a result, a key and credit."""
    for person in (alice, mallory):
        edit = make_edit(person.workspace)
        attempt = make_attempt(edit)
        result = make_image(person.workspace, is_output=True)
        Output.objects.create(edit=edit, attempt=attempt, image=result, position=1)
        grant(workspace_id=person.workspace.id, amount=1_000_000, key=f"grant:{person.workspace.id}")
    return alice, mallory


@pytest.fixture
def web(both: object) -> Iterator[None]:
    """From here on the test itself works as the web does, in the middle of a request."""
    begin()
    yield
    wall.shut()
    end()


@pytest.fixture
def kept_connection(monkeypatch) -> None:
    """The test's connection, which is in a transaction, stays when a request ends."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


def seen(*kinds: Any) -> set[str]:
    return {workspace for kind in kinds for workspace in kind.objects.values_list("workspace_id", flat=True)}


def test_the_webs_role_is_no_superuser_owns_nothing_and_goes_by_the_policies(web):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles "
            "WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("pentimento_web", False, False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


def test_one_connection_shows_two_workspaces_each_its_own_and_between_them_nothing(both, web):
    alice, mallory = both
    wall.open_to(alice.workspace.id)
    assert seen(*KINDS) == {alice.workspace.id}
    wall.open_to(mallory.workspace.id)
    assert seen(*KINDS) == {mallory.workspace.id}
    wall.shut()
    assert seen(*KINDS) == set()


def test_without_a_filter_and_by_raw_sql_only_the_open_workspace_is_there(both, web):
    alice, _ = both
    wall.open_to(alice.workspace.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT workspace_id FROM editor_image")
        assert cursor.fetchall() == [(alice.workspace.id,)]
        cursor.execute("SELECT count(*) FROM editor_output UNION ALL SELECT count(*) FROM editor_editinput")
        assert cursor.fetchall() == [(1,), (Edit.objects.get().inputs.count(),)]
        cursor.execute("SELECT count(*) FROM billing_account WHERE kind = 'wallet'")
        assert cursor.fetchone() == (1,)


def test_rows_of_others_are_neither_changed_nor_deleted(both, web):
    alice, mallory = both
    wall.open_to(mallory.workspace.id)
    assert Image.objects.filter(workspace=alice.workspace).update(starred=True) == 0
    assert Entry.objects.filter(account__workspace=alice.workspace).count() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_account SET posted = posted + 1 WHERE kind = 'wallet'")
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM editor_output")
        assert cursor.rowcount == 1
    wall.open_to(alice.workspace.id)
    assert (Output.objects.count(), Account.objects.get(kind="wallet").posted) == (1, 1_000_000)


def test_nothing_is_put_into_a_foreign_workspace_nor_moved_there(both, web):
    alice, mallory = both
    wall.open_to(mallory.workspace.id)
    with pytest.raises(ProgrammingError, match=VIOLATED), transaction.atomic():
        Project.objects.create(workspace=alice.workspace, name="Mine now")
    with pytest.raises(ProgrammingError, match=VIOLATED), transaction.atomic():
        Image.objects.update(workspace=alice.workspace)
    wall.open_to(alice.workspace.id)
    foreign = Edit.objects.get().id
    wall.open_to(mallory.workspace.id)
    with pytest.raises(ProgrammingError, match=VIOLATED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO editor_editinput (edit_id, image_id, position) SELECT %s, id, 9 FROM editor_image LIMIT 1",
            [foreign],
        )


def test_the_audit_log_is_added_to_by_all_and_read_by_its_own(both, web):
    alice, mallory = both
    wall.open_to(mallory.workspace.id)
    AuditEvent.objects.create(workspace_id=alice.workspace.id, action="member.joined")
    assert seen(AuditEvent) == {mallory.workspace.id}
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("TRUNCATE accounts_auditevent")


@pytest.mark.parametrize(("what", "model", "column"), [
    ("project", Project, "id"), ("image", Image, "id"),
])  # fmt: skip
def test_what_is_known_exactly_opens_its_own_workspace_and_a_guess_opens_none(both, web, what, model, column):
    alice, _ = both
    wall.open_everywhere()
    known = model.objects.filter(workspace=alice.workspace).values_list(column, flat=True)[0]
    wall.open_to_owner(what, known)
    assert seen(*KINDS) == {alice.workspace.id}
    wall.open_to_owner(what, known[:-1] + "%")
    assert seen(*KINDS) == set()


def test_a_request_leaves_its_connection_shut(both, web):
    alice, _ = both
    assert Api(alice.key).get("/balance").status_code == 200
    begin()
    assert seen(*KINDS, Invitation) == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.workspace', true)")
        assert cursor.fetchone() == ("",)


def test_a_request_that_fails_leaves_its_connection_shut(both, web, monkeypatch):
    alice, _ = both
    wall.open_to(alice.workspace.id)
    monkeypatch.setattr("editor.api.balance.facade", None)
    assert Client(raise_request_exception=False).get("/api/v1/balance", headers=alice.auth).status_code == 500
    begin()
    assert seen(*KINDS) == set()


def test_what_a_request_left_open_by_dying_is_shut_before_the_next(both, web):
    alice, _ = both
    wall.open_to(alice.workspace.id)
    assert Api().get("/balance").status_code == 401
    begin()
    assert seen(*KINDS) == set()


@pytest.mark.parametrize("takes", [0, 1, 1000])
def test_a_file_that_is_sent_while_it_is_written_leaves_its_connection_shut_however_much_is_taken(
    both, web, kept_connection, takes
):
    alice, mallory = both
    for person in both:
        AuditEvent.objects.create(workspace_id=person.workspace.id, action="member.joined", note=person.user.email)
    client = Client()
    client.force_login(alice.user)
    answer: Any = client.get("/settings/audit/export/?format=json")
    taken = "".join(line.decode() for line, _ in zip(answer.streaming_content, range(takes), strict=False))
    assert (alice.user.email in taken, mallory.user.email in taken) == (takes > 0, False)
    answer.close()
    begin()
    assert seen(*KINDS, AuditEvent) == set()


def test_an_opening_that_fails_is_shut_all_the_same(both, web):
    alice, _ = both

    def read() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.workspace', %s, false)", [alice.workspace.id])
        raise ValueError("after the statement, before its row was read")

    with pytest.raises(ValueError, match="before its row"):
        wall.open_by(read)
    assert seen(*KINDS) == {alice.workspace.id}
    wall.shut()
    assert seen(*KINDS) == set()


def test_a_transaction_that_is_undone_takes_what_it_opened_back(both, web):
    alice, _ = both
    with transaction.atomic():
        wall.open_to(alice.workspace.id)
        assert seen(*KINDS) == {alice.workspace.id}
        transaction.set_rollback(True)
    assert seen(*KINDS) == set()
    wall.shut()
    assert seen(*KINDS) == set()


def test_the_key_and_the_role_are_read_by_statements_that_open_to_their_workspace_alone(both, web):
    alice, mallory = both
    key = opening_key(alice.key)
    assert key is not None
    assert (key.workspace_id, key.workspace.name, seen(*KINDS)) == (
        alice.workspace.id, "Alice's studio", {alice.workspace.id},
    )  # fmt: skip
    wall.shut()
    assert opening_key(alice.key[:-1] + ("0" if alice.key[-1] != "0" else "1")) is None
    assert seen(*KINDS) == set()
    Membership.objects.create(workspace=alice.workspace, user=mallory.user, role="viewer")
    second, fits = best_membership(mallory.user, meant=alice.workspace.id, opens=True)
    assert (second and second.role, fits, seen(*KINDS)) == ("viewer", True, {alice.workspace.id})
    wall.shut()
    best_membership(mallory.user, opens=True)
    assert seen(*KINDS) == {mallory.workspace.id}
    wall.shut()
    best_membership(mallory.user, meant="wsp_of_nobody", opens=True)
    assert seen(*KINDS) == set()


def test_a_key_that_has_ended_opens_nothing(both, web):
    alice, _ = both
    wall.open_to(alice.workspace.id)
    ApiKey.objects.update(revoked_at=timezone.now())
    wall.shut()
    assert opening_key(alice.key) is None
    assert (seen(*KINDS), wall.is_shut()) == (set(), True)


def test_workers_own_the_tables_and_see_all(both):
    alice, mallory = both
    assert seen(*KINDS) == {alice.workspace.id, mallory.workspace.id}


def test_opening_and_shutting_are_a_query_each_and_again_is_none(both, web, django_assert_num_queries):
    alice, _ = both
    with django_assert_num_queries(2):
        wall.open_to(alice.workspace.id)
        wall.open_to(alice.workspace.id)
        wall.shut()
        wall.shut()
