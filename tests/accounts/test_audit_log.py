"""What was done stays recorded, is found at the same price in a long log, and names nobody who is to be forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.selectors.audit import Filter, actions_seen, audit_events, audit_page, every_event
from accounts.services.forget import forget_user, forget_workspace
from accounts.services.record_audit import By, record_audit
from tests.conftest import Person

MANY = """
INSERT INTO accounts_auditevent (id, workspace_id, at, action, user_id, api_key_id, staff_id, actor_name, target,
    target_name, before, after, note, address, request_id)
SELECT 'aud_' || lpad((2 * n + %(offset)s)::text, 26, '0'), %(workspace)s, now(), 'thing.' || n %% 7,
    'usr_' || n %% 5, '', '', 'a@b.c', '', 'number ' || n, '{}', '{}', '', NULL, ''
FROM generate_series(1, %(count)s) AS n
"""


def record(person: Person, action: str, **more) -> AuditEvent:
    by = By(user_id=person.user.id, name=person.user.email, address="203.0.113.9", request_id="req_1")
    record_audit(**{"workspace_id": person.workspace.id, "action": action, "by": by, **more})
    return AuditEvent.objects.filter(action=action).latest("id")


def found(person: Person, **looked_for) -> list[str]:
    events = audit_events(workspace_id=person.workspace.id, filter_by=Filter(**looked_for))
    return list(events.values_list("action", flat=True))


def many(workspace_id: str, count: int, *, offset: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"workspace": workspace_id, "count": count, "offset": offset})
        cursor.execute("ANALYZE accounts_auditevent")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET note = 'x'", "UPDATE {} SET id = id WHERE FALSE", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_what_was_recorded_can_be_neither_changed_nor_removed(alice, statement: str):
    record(alice, "thing.done", note="as it was")
    refusal = f"accounts_auditevent is append-only: {statement.split(maxsplit=1)[0]} is refused"
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("accounts_auditevent"))
    assert [event.note for event in AuditEvent.objects.filter(action="thing.done")] == ["as it was"]


def test_forgetting_a_person_takes_their_address_out_and_leaves_everything_else(alice, mallory):
    told = {"email": "Alice@example.com", "cc": "malice@example.com", "role": "admin"}
    mine = record(alice, "thing.done", target_name="alice@example.com", after=told, note="for alice@example.com.")
    other = record(mallory, "thing.else", note="nobody here")
    assert forget_user(user_id=alice.user.id, email="alice@example.com") >= 1
    mine.refresh_from_db()
    assert (mine.actor_name, mine.target_name) == ("a deleted person", "a deleted person")
    assert mine.after == {"email": "a deleted person", "cc": "malice@example.com", "role": "admin"}
    assert (mine.note, mine.address) == ("for a deleted person.", None)
    assert (mine.user_id, mine.action, mine.request_id) == (alice.user.id, "thing.done", "req_1")
    before = AuditEvent.objects.filter(id=other.id).values().get()
    assert (before["actor_name"], before["address"]) == ("mallory@example.com", "203.0.113.9")


def test_even_while_forgetting_nothing_else_can_be_written(alice):
    mine = record(alice, "thing.done", note="as it was")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('accounts.forgets', 'usr_x x@example.com', true)")
        cursor.execute("UPDATE accounts_auditevent SET note = 'forged', action = 'forged', user_id = 'usr_mallory'")
        cursor.execute("SELECT set_config('accounts.forgets', '', true)")
    mine.refresh_from_db()
    assert (mine.note, mine.action, mine.user_id) == ("as it was", "thing.done", alice.user.id)


def test_forgetting_a_workspace_leaves_ids_acts_and_times(alice, mallory):
    mine = record(alice, "thing.done", target="img_1", target_name="a face", before={"name": "x"}, note="secret")
    other = record(mallory, "thing.else", note="stays")
    forget_workspace(workspace_id=alice.workspace.id)
    at = mine.at
    mine.refresh_from_db()
    assert (mine.actor_name, mine.target_name, mine.before, mine.note, mine.address) == ("", "", {}, "", None)
    assert (mine.user_id, mine.target, mine.action, mine.at) == (alice.user.id, "img_1", "thing.done", at)
    other.refresh_from_db()
    assert other.note == "stays"


def test_what_is_looked_for_is_found_by_actor_action_date_and_words(alice, bob, mallory):
    record(alice, "key.made", target_name="deploy 50%")
    record(bob, "member.invited", after={"role": "viewer"})
    record(mallory, "member.invited")
    assert found(alice, actor=bob.user.id) == ["member.invited"]
    assert found(alice, action="key.made") == ["key.made"]
    assert found(alice, search="DEPLOY") == ["key.made"]
    assert found(alice, search="50%") == ["key.made"]
    assert found(alice, search="viewer") == ["member.invited"]
    assert found(alice, search="member invited") == ["member.invited"]
    assert found(alice, search="100%") == []
    now = timezone.now()
    assert "key.made" in found(alice, since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    assert found(alice, until=now - timedelta(hours=1)) == []
    assert found(alice, since=now + timedelta(hours=1)) == []
    assert found(alice, until=datetime(1, 1, 1, tzinfo=UTC)) == []


def test_pages_follow_each_other_without_gap_or_repeat(alice):
    many(alice.workspace.id, 130)
    pages, older = [], ""
    while True:
        page = audit_page(workspace_id=alice.workspace.id, filter_by=Filter(search="number"), before=older)
        pages.append([event.id for event in page.events])
        if not (older := page.older):
            break
    assert [len(page) for page in pages] == [50, 50, 30]
    ids = [one for page in pages for one in page]
    assert ids == sorted(set(ids), reverse=True)


def test_everything_is_read_in_batches(alice, django_assert_num_queries):
    many(alice.workspace.id, 2500)
    with django_assert_num_queries(3):
        batches = list(every_event(workspace_id=alice.workspace.id, filter_by=Filter(search="number")))
    assert [len(batch) for batch in batches] == [1000, 1000, 500]


LOOKED_FOR = [
    Filter(),
    Filter(action="thing.3"),
    Filter(since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2040, 1, 1, tzinfo=UTC)),
    Filter(actor="usr_2"),
    Filter(search="number 7"),
]


def test_a_page_comes_from_an_index_in_a_log_of_a_hundred_thousand(alice, mallory, django_assert_num_queries):
    many(alice.workspace.id, 95_000)
    many(mallory.workspace.id, 5_000, offset=1)
    for person, index in [(mallory, '"Index Name": "audit_'), (alice, '"Index Name": ')]:
        for filter_by in LOOKED_FOR:
            if filter_by.search and person is alice:
                continue  # words may be anywhere: nearly the whole table is read
            plan = audit_events(workspace_id=person.workspace.id, filter_by=filter_by)[:51].explain(format="json")
            assert index in plan, (filter_by, plan)
            assert "Seq Scan" not in plan, (filter_by, plan)
            assert filter_by.search or "Sort" not in plan, (filter_by, plan)
    with django_assert_num_queries(1):
        seen = actions_seen(alice.workspace.id)
    assert [action for action in seen if action.startswith("thing.")] == [f"thing.{n}" for n in range(7)]
