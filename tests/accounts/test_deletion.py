"""Deleting a workspace in two weeks, and an account at once: asked twice, undone, refused, and what is left."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, AuditEvent, DeletionCertificate, Membership, User, Workspace
from accounts.services.ask_deletion import ask_deletion
from accounts.services.certify import certificate_letter
from accounts.services.create_workspace import create_workspace
from accounts.services.record_audit import By
from tests.accounts.test_impersonation import sign_in
from tests.conftest import Person

DELETE, UNDO, ACCOUNT = "/settings/delete/", "/settings/delete/undo/", "/settings/delete-account/"


def asked(person: Person) -> Workspace:
    return Workspace.objects.get(id=person.workspace.id)


def test_a_workspace_is_deleted_in_a_fortnight_when_its_name_is_typed(
    client, alice, bob, django_capture_on_commit_callbacks
):
    sign_in(client, alice.user)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(DELETE, {"name": "Alice's studio"}, follow=True)
    day = asked(alice).delete_at
    assert day is not None
    assert timedelta(days=13, hours=23) < day - timezone.now() <= timedelta(days=14)
    assert sorted(one.to[0] for one in mail.outbox) == ["alice@example.com", "bob@example.com"]
    assert f"will be deleted on {day:%-d %B %Y}" in mail.outbox[0].subject
    assert "will be deleted on" in client.get("/").text
    assert "Keep the workspace" in answer.text
    event = AuditEvent.objects.get(action="workspace.deletion_asked")
    assert (event.user_id, event.after) == (alice.user.id, {"delete_at": day.isoformat(timespec="seconds")})


def test_a_letter_that_nobody_takes_keeps_no_other_from_going_out(
    client, alice, bob, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "tests.accounts.doors.Choosy"
    sign_in(client, alice.user)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(DELETE, {"name": "Alice's studio"}).status_code == 302
    assert asked(alice).delete_at is not None
    assert [one.to for one in mail.outbox] == [["bob@example.com"]]


@pytest.mark.parametrize("name", ["", "alice's studio", "Mallory's studio", "\0"])
def test_with_another_name_nothing_happens(client, alice, name: str):
    sign_in(client, alice.user)
    answer = client.post(DELETE, {"name": name})
    assert answer.status_code == 422
    assert "exactly as it is" in answer.text
    assert (asked(alice).delete_at, mail.outbox) == (None, [])


@pytest.mark.parametrize("role", ["admin", "editor", "viewer", "billing"])
def test_only_owners_delete_and_keep(client, bob, alice, role: str):
    Membership.objects.filter(user=bob.user).update(role=role)
    sign_in(client, bob.user)
    assert client.get(DELETE).status_code == 403
    assert client.post(DELETE, {"name": "Alice's studio"}).status_code == 403
    assert asked(alice).delete_at is None
    Workspace.objects.filter(id=alice.workspace.id).update(delete_at=timezone.now() + timedelta(days=1))
    assert client.post(UNDO).status_code == 403
    assert asked(alice).delete_at is not None


def test_who_signed_in_long_ago_shows_first_that_it_is_them(client, alice):
    client.force_login(alice.user)
    for path in (DELETE, ACCOUNT):
        answer = client.post(path, {"name": "Alice's studio", "email": "alice@example.com"})
        assert (answer.status_code, "reauthenticate" in answer.url) == (302, True)
        assert f"next={path.replace('/', '%2F')}" in answer.url
    alice.user.refresh_from_db()
    assert (asked(alice).delete_at, alice.user.is_active) == (None, True)


def test_it_can_be_undone_and_everybody_is_told(client, alice, bob, django_capture_on_commit_callbacks):
    ask_deletion(workspace_id=alice.workspace.id, name="Alice's studio", by=By(user_id=alice.user.id))
    client.force_login(alice.user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(UNDO)
    assert asked(alice).delete_at is None
    assert [one.subject for one in mail.outbox] == ["Alice's studio stays"] * 2
    assert AuditEvent.objects.filter(action="workspace.deletion_undone").count() == 1
    assert "will be deleted" not in client.get("/").text


def test_once_its_day_has_come_it_is_not_undone_and_nothing_new_begins(client, alice):
    Workspace.objects.filter(id=alice.workspace.id).update(delete_at=timezone.now() - timedelta(seconds=1))
    client.force_login(alice.user)
    client.post(UNDO)
    assert asked(alice).delete_at is not None
    assert client.post("/projects/new/", {"name": "Late"}).status_code == 403


def test_an_account_is_deleted_though_no_server_takes_the_letter(
    client, bob, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "tests.accounts.doors.Broken"
    sign_in(client, bob.user)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ACCOUNT, {"email": "bob@example.com"}).url == "/accounts/login/"
    assert not User.objects.get(id=bob.user.id).is_active


def test_the_way_to_deletion_stands_on_the_accounts_page(client, alice):
    client.force_login(alice.user)
    assert f'href="{ACCOUNT}">Delete your account</a>' in client.get("/accounts/").text


def test_the_only_owner_of_a_team_cannot_delete_their_account(client, alice, bob):
    sign_in(client, alice.user)
    text = client.get(ACCOUNT).text
    assert "You are the only owner of <b>Alice&#x27;s studio</b>" in text
    answer = client.post(ACCOUNT, {"email": "alice@example.com"})
    assert answer.status_code == 409
    assert User.objects.get(id=alice.user.id).email == "alice@example.com"
    assert Membership.objects.count() == 2


def test_with_another_address_no_account_is_deleted(client, alice):
    sign_in(client, alice.user)
    assert client.post(ACCOUNT, {"email": "mallory@example.com"}).status_code == 422
    assert User.objects.get(id=alice.user.id).is_active


def test_a_deleted_account_leaves_its_teams_and_names_nobody(client, bob, alice, django_capture_on_commit_callbacks):
    assert EmailAddress.objects.filter(user=bob.user).exists()
    other = sign_in(Client(), bob.user)
    sign_in(client, bob.user)
    client.get("/")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ACCOUNT, {"email": "bob@example.com"}).url == "/accounts/login/"
    gone = User.objects.get(id=bob.user.id)
    assert (gone.email, gone.is_active, gone.has_usable_password()) == (f"{gone.id}@deleted.invalid", False, False)
    assert list(Membership.objects.values_list("user_id", flat=True)) == [alice.user.id]
    assert not EmailAddress.objects.filter(user=gone).exists()
    assert "bob@example.com" not in str(list(AuditEvent.objects.values()))
    event = AuditEvent.objects.get(action="member.left")
    assert (event.user_id, event.target, event.target_name) == (gone.id, gone.id, "a deleted person")
    for session in (client, other):
        assert session.get("/").status_code == 302
    assert [(one.to, one.subject) for one in mail.outbox] == [(["bob@example.com"], "Your account is deleted")]
    assert ApiKey.objects.get(created_by=gone).revoked_at is None
    assert User.objects.create_user("bob@example.com", "a new long password").id != gone.id


def test_workspaces_that_were_theirs_alone_are_erased_next_and_certified_by_mail(
    client, alice, django_capture_on_commit_callbacks
):
    sign_in(client, alice.user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ACCOUNT, {"email": "alice@example.com"})
    day = asked(alice).delete_at
    assert day is not None
    assert day <= timezone.now()
    assert [one.subject for one in mail.outbox] == ["Alice's studio is being deleted", "Your account is deleted"]
    assert DeletionCertificate.objects.get().workspace_id == alice.workspace.id
    assert "alice@example.com" not in str(list(AuditEvent.objects.values()))


def test_the_certificate_is_for_whoever_holds_its_link(client, db):
    made = DeletionCertificate.objects.create(
        workspace_id="wsp_gone", counts={"images": 3, "edits": 0}, manifest_sha256="0f" * 32
    )
    link = certificate_letter(made, name="Alice's studio").link
    page = client.get(link).text
    for said in ("The workspace is being erased.", "3 images</dd>", "wsp_gone", "0f" * 32, made.id):
        assert said in page
    assert "edits</dd>" not in page
    answer = client.get(f"{link}?format=json")
    assert answer.json() == {
        "certificate": made.id,
        "workspace": "wsp_gone",
        "erased_at": None,
        "erased": {"images": 3, "edits": 0},
        "manifest_sha256": "0f" * 32,
        "kept": "The entries of its ledger, as the law wants; they name nobody.",
    }
    assert answer["Content-Disposition"] == f'attachment; filename="{made.id}.json"'
    assert client.get(link[:-3] + "/").status_code == 404
    assert client.get(f"/certificates/{made.id}/").status_code == 404


def test_the_page_of_deleting_an_account_takes_as_many_queries_for_twenty_workspaces_as_for_one(
    client, alice, bob, django_assert_max_num_queries
):
    for number in range(20):
        shared = create_workspace(owner=alice.user, name=f"Studio {number:02}")
        Membership.objects.create(workspace=shared, user=bob.user, role="viewer")
    create_workspace(owner=alice.user, name="Hers alone")
    both = create_workspace(owner=alice.user, name="Owned by both")
    Membership.objects.create(workspace=both, user=bob.user, role="owner")
    sign_in(client, alice.user)
    with django_assert_max_num_queries(12):
        text = client.get("/settings/delete-account/").text
    assert text.count("<b>Studio ") == 20
    assert "Hers alone</b>" not in text
    assert "Owned by both</b>" not in text
