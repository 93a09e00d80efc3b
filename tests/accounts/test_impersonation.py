"""Staff in a member's place: for a reason, for a while, seen on every page, recorded, and kept from what matters."""

import contextlib
import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from accounts.models import ApiKey, AuditEvent, Impersonation, Membership, User, Workspace
from accounts.permissions import Action, Role
from accounts.services.end_impersonation import end_overdue_impersonations
from accounts.services.impersonate import NEVER
from accounts.services.record_audit import By, record_audit
from editor.models import Edit, Project
from tests.accounts.doors import enter_as_staff
from tests.conftest import Person
from tests.editor.rows import make_image

REASON = "Their upload hangs, ticket 4711"


@pytest.fixture
def sam(db) -> User:
    """Sam is on the staff."""
    return User.objects.create_user("sam@example.com", "sam's long password", is_staff=True)


def sign_in(client: Client, user: User) -> Client:
    """Sign in as allauth does after somebody has just given their second factor again."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = user.id
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client


def enter(client: Client, person: Person, reason: str = REASON):
    return client.post(f"/staff/customers/{person.workspace.id}/{person.user.id}/enter/", {"reason": reason})


@pytest.fixture
def inside(client: Client, sam, alice) -> Client:
    """Sam is in Alice's place."""
    assert enter(sign_in(client, sam), alice).status_code == 302
    return client


def acts(person: Person) -> list[tuple[str, str, str]]:
    events = AuditEvent.objects.filter(workspace_id=person.workspace.id, action__startswith="support.")
    return list(events.order_by("id").values_list("action", "staff_id", "note"))


def test_staff_sees_the_workspace_with_a_banner_and_leaves_by_its_button(inside, sam, alice):
    text = inside.get("/").text
    assert "seeing this as alice@example.com" in text
    assert REASON in text
    assert "studio" in text
    assert inside.post("/support/stop/").url == "/staff/"
    assert "sam@example.com" in inside.get("/staff/").text
    assert "seeing this as" not in inside.get("/staff/").text
    assert acts(alice) == [("support.entered", sam.id, REASON), ("support.left", sam.id, "")]
    for event in AuditEvent.objects.filter(action__startswith="support."):
        assert (event.actor_name, event.user_id) == ("Pentimento’s staff", "")
        assert (event.target, event.target_name) == (alice.user.id, "alice@example.com")
    assert Impersonation.objects.get().ended_at is not None


@pytest.mark.parametrize("reason", ["", "because", " " * 40, "x" * 501])
def test_without_a_real_reason_nobody_enters(client, sam, alice, reason: str):
    answer = enter(sign_in(client, sam), alice, reason)
    assert answer.status_code == 422
    assert "10 to 500 characters" in answer.text
    assert (Impersonation.objects.count(), acts(alice)) == (0, [])


def test_only_staff_finds_the_door_and_only_to_customers(client, sam, alice, bob, mallory):
    User.objects.filter(id=bob.user.id).update(is_staff=True)
    sign_in(client, sam)
    assert enter(client, bob).status_code == 404
    stranger = Person(mallory.user, alice.workspace, "")
    assert enter(client, stranger).status_code == 404
    assert enter(sign_in(Client(), mallory.user), alice).status_code == 404
    assert Client().get("/staff/customers/").status_code == 404
    found = client.get("/staff/customers/?q=example.com").text
    assert "<h2>alice@example.com</h2>" in found
    assert "<h2>bob@example.com</h2>" not in found
    assert "<h2>sam@example.com</h2>" not in found
    assert Impersonation.objects.count() == 0


def test_staff_whose_sign_in_is_long_ago_is_asked_for_it_again(client, sam, alice):
    enter_as_staff(client, sam)
    assert enter(client, alice).url.endswith("reauthenticate/?next=%2Fstaff%2Fcustomers%2F")
    assert "/reauthenticate" in client.get("/staff/customers/").url
    assert Impersonation.objects.count() == 0


def test_after_half_an_hour_staff_is_itself_again_and_the_end_is_recorded(inside, sam, alice):
    Impersonation.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert "seeing this as" not in inside.get("/staff/").text
    assert end_overdue_impersonations() == 1
    assert end_overdue_impersonations() == 0
    assert [act for act, _, _ in acts(alice)] == ["support.entered", "support.left"]
    assert AuditEvent.objects.get(action="support.left").after == {"why": "time was up"}


def test_it_lasts_half_an_hour(inside):
    lasts = Impersonation.objects.get()
    assert lasts.until - lasts.started_at < timedelta(minutes=30, seconds=5)


def test_who_leaves_the_staff_leaves_the_place_at_once(inside, sam):
    User.objects.filter(id=sam.id).update(is_staff=False)
    assert "seeing this as" not in inside.get("/").text


def test_the_customers_account_is_out_of_reach(inside, alice):
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    own = {name for name in names if name.startswith(("account_", "mfa_", "usersessions_"))}
    assert {"account_change_password", "account_email", "account_logout", "mfa_index", "usersessions_list"} <= own
    for name in own:
        with contextlib.suppress(NoReverseMatch):
            assert inside.get(reverse(name)).status_code == 403, name
    form = {"oldpassword": "alice's long password", "password1": "x" * 12, "password2": "x" * 12}
    assert inside.post("/accounts/password/change/", form).status_code == 403
    alice.user.refresh_from_db()
    assert alice.user.check_password("alice's long password")


def test_money_is_out_of_reach(inside, credit):
    project = Project.objects.create(workspace=credit.workspace, name="Spring")
    image = make_image(credit.workspace, project=project)
    form = {"prompt": "warmer", "images": [image.id], "key": "k" * 20}
    assert inside.post(f"/projects/{project.id}/edits/", form).status_code == 403
    assert Edit.objects.count() == 0


def test_no_action_that_moves_money_keys_members_or_data_is_left_open():
    assert set(Action) - NEVER == {
        Action.VIEW,
        Action.EDIT,
        Action.SEE_MEMBERS,
        Action.MANAGE_SETTINGS,
        Action.SEE_AUDIT,
        Action.SEE_MONEY,
    }


def test_other_workspaces_of_the_member_stay_closed(inside, alice):
    other = Workspace.objects.create(name="Their other team")
    Membership.objects.create(workspace=other, user=alice.user, role=Role.OWNER)
    secret = make_image(other)
    assert inside.get("/", headers={"X-Workspace": other.id}).status_code == 403
    assert inside.post("/workspaces/switch/", {"to": other.id}).status_code == 403
    assert inside.get(f"/p/{secret.id}/thumbnail").status_code == 404
    assert "Their other team" not in inside.get("/").context["frame"].workspace.name


def test_nothing_is_offered_that_would_be_refused(inside, alice, bob):
    own = Client()
    own.force_login(alice.user)
    acts = ["keys", "webhooks", "export", "transfer", "delete", "leave", "members/invite"]
    acts += [f"members/{bob.user.id}/role", f"members/{bob.user.id}/remove"]
    refused = ["/accounts/", "/accounts/security/", "/accounts/logout/", *(f"/settings/{act}/" for act in acts)]
    for browser, offered in ((own, set(refused)), (inside, set())):
        text = browser.get("/settings/").text + browser.get("/settings/members/").text
        assert {path for path in refused if f'="{path}"' in text} == offered
    assert 'href="/settings/audit/"' in text


@pytest.mark.parametrize(
    ("path", "status"), [("/settings/keys/", 403), ("/accounts/", 403), ("/p/img_x/original", 404)]
)
def test_a_refusal_shows_in_whose_place_one_is_and_the_way_out(inside, path, status):
    answer = inside.get(path)
    assert answer.status_code == status
    assert "seeing this as alice@example.com" in answer.text
    assert 'action="/support/stop/"' in answer.text
    assert "csrfmiddlewaretoken" in answer.text
    assert "Ask an owner" not in answer.text


def test_the_staffs_pages_are_closed_meanwhile(inside):
    assert inside.get("/staff/").status_code in (403, 404)


def test_what_is_done_meanwhile_carries_who_did_it(inside, sam, alice):
    inside.get("/settings/audit/export/?format=csv")
    event = AuditEvent.objects.get(action="audit.exported")
    assert (event.user_id, event.staff_id, event.actor_name) == (alice.user.id, sam.id, "alice@example.com")
    assert "by Pentimento’s staff" in inside.get("/settings/audit/").text


def test_the_customer_is_signed_in_nowhere(inside, alice):
    alice.user.refresh_from_db()
    assert alice.user.last_login is None
    assert ApiKey.objects.count() == 1


def test_a_place_belongs_to_one_session_of_one_person(inside, sam, alice):
    other = sign_in(Client(), sam)
    assert "seeing this as" not in other.get("/staff/").text
    session = sign_in(Client(), alice.user)
    stored = session.session
    stored["impersonation"] = Impersonation.objects.get().id
    stored.save()
    assert "seeing this as" not in session.get("/").text


def test_no_name_of_staff_is_told_to_the_customer(alice, inside, sam):
    told = [str(event.__dict__) for event in AuditEvent.objects.filter(workspace_id=alice.workspace.id)]
    assert not re.search("sam@example.com", " ".join(told))
    record_audit(workspace_id=alice.workspace.id, action="thing.done", by=By(staff_id=sam.id))
