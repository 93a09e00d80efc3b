"""The audit log's page and files: read by owners and admins, at the same price, and nothing in them acts."""

import csv
import io
import json

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Membership
from accounts.services.record_audit import By
from editor.attempts import AttemptState
from editor.services.disprove_attempt import disprove_attempt
from tests.accounts.test_audit_log import many, record
from tests.conftest import Person
from tests.editor.rows import make_attempt, make_edit

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]


def body(answer) -> str:
    return b"".join(answer.streaming_content).decode()


def test_who_what_where_before_and_after_are_written_for_people(client, alice):
    record(
        alice,
        "member.role_changed",
        target_name="bob@example.com",
        before={"role": "viewer", "allowed_providers": None},
        after={"role": "editor", "allowed_providers": ["apipod", "pixazo"]},
        note="Bob edits now",
    )
    client.force_login(alice.user)
    text = client.get("/settings/audit/").text
    for said in [
        "Member role changed",
        "bob@example.com",
        "alice@example.com · from 203.0.113.9",
        "<del>viewer</del> → <ins>editor</ins>",
        "<dt>allowed providers</dt><dd><del>nothing</del> → <ins>apipod, pixazo</ins>",
        "“Bob edits now”",
    ]:
        assert said in text


def test_money_moments_and_abbreviations_are_written_for_people_too(client, alice):
    record(
        alice,
        "api_key.issued",
        before={"monthly_cap": 12_500_000, "below": "24.850000", "revoked_at": None},
        after={"monthly_cap": 47_500, "below": "5.000000", "revoked_at": "2026-12-05T14:03:22.123456+00:00",
               "until": "2026-12-05T01:30:00+02:00", "url": "https://a.example", "created_at": "long ago"},
    )  # fmt: skip
    client.force_login(alice.user)
    text = client.get("/settings/audit/").text
    for said in [
        "<b>API key issued</b>",
        "<dt>monthly cap</dt><dd><del>$12.50</del> → <ins>$0.0475</ins>",
        "<dt>below</dt><dd><del>$24.85</del> → <ins>$5.00</ins>",
        "<dt>revoked at</dt><dd><del>nothing</del> → <ins>5 Dec 2026, 14:03 UTC</ins>",
        "<dt>until</dt><dd><ins>4 Dec 2026, 23:30 UTC</ins>",
        "<dt>URL</dt><dd><ins>https://a.example</ins>",
        "<dt>created at</dt><dd><ins>long ago</ins>",
    ]:
        assert said in text


@pytest.mark.parametrize(
    ("query", "named"),
    [("format=xml", "format"), ("since=yesterday", "From"), ("until=2026-13-01", "To"), ("actor=%00", "Who")],
)
def test_what_makes_no_sense_is_named_and_no_file_is_given(client, alice, query, named):
    client.force_login(alice.user)
    before = AuditEvent.objects.count()
    for path, status in (("/settings/audit/", 200), ("/settings/audit/export/", 422)):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == status
        assert f'role="alert">{named}: that could not be understood' in answer.text
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("admin", 200), ("editor", 403), ("viewer", 403)])
def test_only_who_may_see_the_log_sees_it(client, alice, bob, role: str, status: int):
    Membership.objects.filter(user=bob.user).update(role=role)
    client.force_login(bob.user)
    assert client.get("/settings/audit/").status_code == status
    before = AuditEvent.objects.count()
    assert client.get("/settings/audit/export/?format=csv").status_code == status
    assert AuditEvent.objects.count() == before + (status == 200)


def test_nobody_sees_another_workspaces_log(client, alice, mallory):
    record(alice, "key.made", target_name="the secret plan")
    client.force_login(mallory.user)
    assert "the secret plan" not in client.get("/settings/audit/").text
    assert "the secret plan" not in body(client.get("/settings/audit/export/?format=json"))


def test_what_staff_did_is_marked_and_staff_is_not_named(client, alice):
    record(alice, "workspace.renamed", by=By(user_id=alice.user.id, staff_id="usr_staff", name="alice@example.com"))
    client.force_login(alice.user)
    assert "by Pentimento’s staff" in client.get("/settings/audit/").text


@pytest.mark.parametrize(
    "query",
    ["q=%00", "actor=';drop", "action=<b>", "since=0000-99-99", "until=9999-12-31", "before=%00", "q=" + "x" * 500],
)
def test_what_makes_no_sense_counts_as_not_asked(client, alice, query: str):
    client.force_login(alice.user)
    assert client.get(f"/settings/audit/?{query}").status_code == 200


def test_nothing_in_the_log_becomes_markup(client, alice):
    evil = "<script>alert(1)</script>"
    record(alice, "thing.done", target_name=evil, before={evil: evil}, after={evil: [evil]}, note=evil)
    client.force_login(alice.user)
    text = client.get("/settings/audit/", {"q": evil}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_page_takes_as_many_queries_for_a_long_log_and_a_large_team(client, alice, django_assert_max_num_queries):
    many(alice.workspace.id, 3000)
    client.force_login(alice.user)
    client.get("/settings/audit/")
    with django_assert_max_num_queries(12):
        text = client.get("/settings/audit/?q=number").text
    assert text.count('class="audit-event"') == 50
    assert "Older" in text


def test_older_and_newest_lead_through_the_log_and_keep_what_is_looked_for(client, alice):
    many(alice.workspace.id, 60)
    client.force_login(alice.user)
    older = client.get("/settings/audit/", {"q": "number", "action": ""}).context["page"].older
    text = client.get("/settings/audit/", {"q": "number", "before": older}).text
    assert text.count('class="audit-event"') == 10
    assert 'href="/settings/audit/?q=number">Newest' in text


def test_a_spreadsheet_takes_nothing_in_the_file_for_a_formula(client, alice):
    for formula in FORMULAS:
        record(alice, "thing.done", target_name=formula, note=formula)
    client.force_login(alice.user)
    answer = client.get("/settings/audit/export/?format=csv&action=thing.done")
    rows = list(csv.DictReader(io.StringIO(body(answer))))
    assert len(rows) == len(FORMULAS)
    assert {row["note"] for row in rows} == {f"'{formula}" for formula in FORMULAS}
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    assert answer["Cache-Control"] == "no-store"


def test_the_json_file_holds_every_event_as_it_is(client, alice):
    event = record(alice, "thing.done", before={"n": 1}, after={"n": 2}, note="=1+1")
    many(alice.workspace.id, 1500)
    client.force_login(alice.user)
    events = json.loads(body(client.get("/settings/audit/export/?format=json")))
    assert len(events) == AuditEvent.objects.filter(workspace_id=alice.workspace.id).count()
    assert events[0]["action"] == "audit.exported"
    (found,) = [one for one in events if one["id"] == event.id]
    assert (found["before"], found["after"], found["note"], found["at"]) == (
        {"n": 1},
        {"n": 2},
        "=1+1",
        event.at.isoformat(),
    )


def test_an_empty_export_is_json_all_the_same(client, alice):
    client.force_login(alice.user)
    assert json.loads(body(client.get("/settings/audit/export/?format=json&q=nothing-is-like-this"))) == []


def test_a_member_who_is_staff_elsewhere_is_a_member_here(client, bob: Person):
    client.force_login(bob.user)
    assert client.get("/settings/audit/").status_code == 403


def test_what_staff_settles_of_an_order_stands_in_the_workspaces_log(alice, mallory):
    attempt = make_attempt(make_edit(alice.workspace), AttemptState.LOST, finished_at=timezone.now(), epoch=1)
    disprove_attempt(attempt_id=attempt.id, epoch=1, staff_id=mallory.user.id, note="their list, row 7")
    event = AuditEvent.objects.get(action="support.order_settled")
    assert (event.workspace_id, event.staff_id, event.target) == (alice.workspace.id, mallory.user.id, attempt.edit_id)
    assert (event.actor_name, event.after, event.note) == ("Pentimento’s staff", {"did": "Declared as not made."}, "")
