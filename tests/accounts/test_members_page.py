"""The members' page and its forms, by role; what an open tab sees when something changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, Membership, User
from accounts.permissions import Role
from accounts.selectors.keys import live_key
from accounts.selectors.team import PER_PAGE
from tests.accounts.cast import member, roles
from tests.accounts.test_invitations import invite, later

PAGE = "/settings/members/"
HTMX = {"HX-Request": "true"}
NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "\u202eoof",
    "{{ 7*7 }}",
    "😀" * 20,
    "a\0b",
    "%s%n",
    "\\",
]


def test_a_stranger_signs_in_first(client, db):
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_the_team_and_only_the_controls_it_may_use(client, alice, role, mailoutbox):
    invite(alice, role="viewer")
    client.force_login(member(alice.workspace, "who", role))
    text = client.get(PAGE).text
    assert "alice@example.com" in text
    manages = role in (Role.OWNER, Role.ADMIN)
    assert ("Invite by e-mail" in text) is manages
    assert ("eve@example.com" in text) is manages
    assert ("Role of alice@example.com" in text) is (role == Role.OWNER)
    assert ("Role of who@example.com" in text) is manages


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER, Role.BILLING])
def test_who_may_not_manage_is_refused_with_a_clear_page(client, alice, role, mailoutbox):
    invitation, _ = invite(alice)
    client.force_login(member(alice.workspace, "who", role))
    for path in (
        f"{PAGE}invite/",
        f"{PAGE}{alice.user.id}/role/",
        f"{PAGE}{alice.user.id}/remove/",
        f"/settings/invitations/{invitation.id}/resend/",
        f"/settings/invitations/{invitation.id}/revoke/",
        "/settings/change/",
        "/settings/transfer/",
    ):
        answer = client.post(path, {"email": "m@example.com", "role": "owner", "to": alice.user.id, "name": "Mine"})
        assert answer.status_code == 403, path
        assert f"Your role in Alice&#x27;s studio is {role}, and this takes owner" in answer.text
        assert "Nothing was changed or charged." in answer.text
    assert roles(alice.workspace) == {"alice": "owner", "who": role}
    assert (Invitation.objects.count(), len(mailoutbox)) == (1, 1)


def test_alice_invites_changes_removes_and_is_told(client, alice, bob, mailoutbox):
    client.force_login(alice.user)
    answer = client.post(f"{PAGE}invite/", {"email": "eve@example.com", "role": "viewer"}, follow=True)
    assert "eve@example.com is invited." in answer.text
    answer = client.post(f"{PAGE}{bob.user.id}/role/", {"role": "billing"}, follow=True)
    assert "The role is billing now." in answer.text
    assert "An API key that they made still works" in answer.text
    answer = client.post(f"{PAGE}{bob.user.id}/remove/", follow=True)
    assert "no longer in this workspace" in answer.text
    assert "An API key that they made still works, for keys are the workspace&#x27;s." in answer.text
    assert live_key(bob.key) is not None
    invitation = Invitation.objects.get()
    later(invitation)
    assert "sent again" in client.post(f"/settings/invitations/{invitation.id}/resend/", follow=True).text
    assert "is revoked" in client.post(f"/settings/invitations/{invitation.id}/revoke/", follow=True).text
    assert roles(alice.workspace) == {"alice": "owner"}


def test_a_bad_address_is_said_beside_its_field_and_what_was_typed_stays(client, alice):
    client.force_login(alice.user)
    answer = client.post(f"{PAGE}invite/", {"email": "<b>no address", "role": "viewer"})
    assert answer.status_code == 422
    assert "That is no e-mail address. Nobody was invited." in answer.text
    assert 'value="&lt;b&gt;no address"' in answer.text


def test_the_last_owner_is_told_why_not(client, alice, bob):
    client.force_login(alice.user)
    for path, form in ((f"{PAGE}{alice.user.id}/role/", {"role": "viewer"}), ("/settings/leave/", {})):
        answer = client.post(path, form)
        assert answer.status_code == 409
        assert "A workspace keeps an owner" in answer.text
    assert roles(alice.workspace) == {"alice": "owner", "bob": "editor"}


@pytest.mark.parametrize("user_id", ["usr_missing", "x", "9" * 200])
def test_a_missing_member_is_a_404_like_a_strangers(client, alice, mallory, user_id):
    client.force_login(alice.user)
    texts = set()
    for one in (user_id, mallory.user.id):
        answer = client.post(f"{PAGE}{one}/remove/", headers={"X-Request-ID": "same-for-both"})
        assert answer.status_code == 404
        texts.add(answer.text)
    assert len(texts) == 1


def test_a_team_of_hundreds_is_searched_paged_and_read_in_as_many_queries(client, alice, bob):
    client.force_login(alice.user)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    users = User.objects.bulk_create(
        User(email=f"user{number:03}@example.com", first_name=f"Nr{number}", password="!") for number in range(300)
    )
    Membership.objects.bulk_create(Membership(workspace=alice.workspace, user=user, role=Role.VIEWER) for user in users)
    with CaptureQueriesContext(connection) as many:
        text = client.get(PAGE).text
    assert len(many) == len(few) <= 12
    assert text.count('class="person"') == PER_PAGE
    assert text.index("alice@example.com") < text.index("bob@example.com") < text.index("user000@example.com")
    assert len(text.encode()) < 120_000
    last = client.get(f"{PAGE}?page=7").text
    assert last.count('class="person"') == 2
    found = client.get(f"{PAGE}?q=nr299").text
    assert "user299@example.com" in found
    assert "bob@example.com" not in found.partition('id="team"')[2]


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=99999999999999999", "q=%00", f"q={'x' * 999}"])
def test_a_query_without_sense_counts_as_not_asked(client, alice, query):
    client.force_login(alice.user)
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_htmx_is_told_nothing_until_something_happened(client, alice, bob):
    client.force_login(alice.user)
    seen = client.get(PAGE).text.partition("?seen=")[2].partition("&amp;")[0]
    assert client.get(f"{PAGE}?seen={seen}", headers=HTMX).status_code == 204
    client.post(f"{PAGE}{bob.user.id}/role/", {"role": "viewer"})
    answer = client.get(f"{PAGE}?seen={seen}", headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="stack" id="team"')


def test_whose_role_was_lowered_finds_the_controls_gone_and_their_acts_refused(client, alice):
    ann = member(alice.workspace, "ann", Role.ADMIN)
    client.force_login(ann)
    seen = client.get(PAGE).text.partition("?seen=")[2].partition("&amp;")[0]
    Membership.objects.filter(user=ann).update(role=Role.VIEWER)
    answer = client.get(f"{PAGE}?seen={seen}", headers=HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert "Role of" not in client.get(PAGE).text
    answer = client.post(f"{PAGE}invite/", {"email": "m@example.com", "role": "viewer"}, headers=HTMX)
    assert answer.status_code == 403
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("name", NAUGHTY)
def test_naughty_names_are_only_ever_text(client, alice, name):
    client.force_login(alice.user)
    alice.user.first_name = name.replace("\0", "")
    alice.user.save()
    answer = client.post("/settings/change/", {"name": name, "which": "all"}, follow=True)
    assert answer.status_code == (422 if not name.isprintable() else 200)
    text = client.get(PAGE).text
    assert "<script>alert" not in text
    assert client.get(f"{PAGE}", {"q": name}).status_code == 200
    assert client.post(f"{PAGE}invite/", {"email": name, "role": name}).status_code == 422
