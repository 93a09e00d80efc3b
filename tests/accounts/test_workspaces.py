"""Several workspaces: making one, going from one to another, and what an old tab may still do."""

import pytest

from accounts.models import AuditEvent, Membership, Workspace
from accounts.permissions import Role
from accounts.services.create_workspace import MOST_OWNED, create_workspace
from accounts.services.remove_member import remove_member
from editor.models import Project
from tests.accounts.cast import by, roles

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


@pytest.fixture
def second(alice):
    """Alice's second workspace."""
    return create_workspace(owner=alice.user, name="Second", by=by(alice.user))


def test_a_workspace_is_made_and_gone_to(client, alice):
    client.force_login(alice.user)
    answer = client.post("/workspaces/new/", {"name": "  Spring   team "}, follow=True)
    made = Workspace.objects.get(name="Spring team")
    assert roles(made) == {"alice": "owner"}
    assert client.session["workspace"] == made.id
    assert "Spring team" in answer.text
    event = AuditEvent.objects.get(workspace_id=made.id)
    assert (event.action, event.actor_name, event.address) == ("workspace.created", "alice@example.com", "127.0.0.1")
    assert event.request_id.startswith("req_")


@pytest.mark.parametrize("name", ["👩‍💻 & 👨‍👩‍👧", "❤️‍🔥 Studio"])
def test_a_workspace_may_be_called_by_joined_emoji(alice, name):
    assert create_workspace(owner=alice.user, name=name).name == name


@pytest.mark.parametrize("name", ["a\u200db", "\u200d", "", "   ", "x" * 81, "a\0b", "a\nb" + "\u202e", "\u0007"])
def test_a_bad_name_is_refused_beside_its_field(client, alice, name):
    client.force_login(alice.user)
    answer = client.post("/workspaces/new/", {"name": name})
    assert answer.status_code == 422
    assert "A workspace&#x27;s name takes" in answer.text
    assert Workspace.objects.count() == 1


def test_one_person_owns_only_so_many(client, alice):
    made = Workspace.objects.bulk_create(Workspace(name=f"w{number}") for number in range(MOST_OWNED - 1))
    Membership.objects.bulk_create(Membership(workspace=one, user=alice.user, role=Role.OWNER) for one in made)
    client.force_login(alice.user)
    answer = client.post("/workspaces/new/", {"name": "One more"})
    assert answer.status_code == 422
    assert "at most 100 workspaces" in answer.text
    assert Workspace.objects.count() == MOST_OWNED


def test_the_switcher_lists_ones_own_and_goes_there_for_the_session(client, alice, second, mallory):
    client.force_login(alice.user)
    text = client.get("/").text
    assert 'id="workspace-menu"' in text
    assert f'value="{second.id}"' in text
    assert mallory.workspace.id not in text
    assert client.post("/workspaces/switch/", {"to": second.id})["Location"] == "/"
    assert client.session["workspace"] == second.id
    assert 'X-Workspace": "' + second.id in client.get("/").text


@pytest.mark.parametrize("to", ["", "wsp_missing", "x y", "a\0b", "x" * 99])
def test_going_elsewhere_is_a_404_like_a_missing_one(client, alice, mallory, to):
    client.force_login(alice.user)
    texts = set()
    for where in (to, mallory.workspace.id):
        answer = client.post("/workspaces/switch/", {"to": where}, headers={"X-Request-ID": "same-for-both"})
        assert answer.status_code == 404
        texts.add(answer.text)
    assert len(texts) == 1
    assert client.session["workspace"] == alice.workspace.id


def test_a_switch_is_no_link(client, alice, second):
    client.force_login(alice.user)
    assert client.get("/workspaces/switch/", {"to": second.id}).status_code == 405


def test_a_projects_address_opens_in_its_own_workspace_and_goes_there(client, alice, second):
    there = Project.objects.create(workspace=second, name="Ceramics")
    client.force_login(alice.user)
    answer = client.get(f"/projects/{there.id}/")
    assert (answer.status_code, "Ceramics" in answer.text) == (200, True)
    assert client.session["workspace"] == second.id


def test_a_strangers_projects_address_is_a_404_and_goes_nowhere(client, alice, mallory):
    hers = Project.objects.create(workspace=mallory.workspace, name="Secret")
    client.force_login(alice.user)
    answer = client.get(f"/projects/{hers.id}/")
    assert (answer.status_code, "Secret" in answer.text) == (404, False)
    assert client.session["workspace"] == alice.workspace.id


def test_a_tab_left_open_acts_where_it_was_made_and_moves_nobody(client, alice, second):
    first = alice.workspace
    client.force_login(alice.user)
    client.post("/workspaces/switch/", {"to": second.id})
    client.post("/projects/new/", {"name": "From the old tab"}, headers={**HTMX, "X-Workspace": first.id})
    client.post("/projects/new/", {"name": "From the old form", "workspace": first.id})
    assert set(Project.objects.filter(workspace=first).values_list("name", flat=True)) == {
        "From the old tab",
        "From the old form",
    }
    assert client.session["workspace"] == second.id


@pytest.mark.parametrize("named", ["wsp_missing", "x" * 99, "a b", "mallory's"])
def test_a_page_of_a_workspace_that_is_not_ones_own_is_refused(client, alice, mallory, named):
    client.force_login(alice.user)
    named = mallory.workspace.id if named == "mallory's" else named
    answer = client.post("/projects/new/", {"name": "Mine now"}, headers={**HTMX, "X-Workspace": named})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, "/workspaces/not-a-member/")
    answer = client.post("/projects/new/", {"name": "Mine now", "workspace": named})
    assert (answer.status_code, "You are not in that workspace" in answer.text) == (403, True)
    assert not Project.objects.exists()


def test_who_was_removed_is_told_so_at_the_next_request_and_goes_on_elsewhere(client, alice, bob):
    own = create_workspace(owner=bob.user, name="Bob's own", by=by(bob.user))
    Membership.objects.filter(user=bob.user, workspace=alice.workspace).update(created_at=alice.user.date_joined)
    client.force_login(bob.user)
    assert alice.workspace.name[:5] in client.get("/").text
    remove_member(workspace_id=alice.workspace.id, user_id=bob.user.id, by=by(alice.user))
    part = client.get("/credit/", headers={**HTMX, "X-Workspace": alice.workspace.id})
    assert (part.status_code, part["HX-Redirect"]) == (403, "/workspaces/not-a-member/")
    page = client.get("/")
    assert page.status_code == 403
    assert "You are not in that workspace." in page.text
    assert "Alice" not in page.text
    assert "Go on in Bob&#x27;s own" in page.text
    assert client.get("/").status_code == 200
    assert client.session["workspace"] == own.id


def test_who_was_removed_from_their_only_one_can_make_another(client, alice, bob):
    client.force_login(bob.user)
    client.get("/")
    remove_member(workspace_id=alice.workspace.id, user_id=bob.user.id, by=by(alice.user))
    for _ in range(2):
        page = client.get("/")
        assert (page.status_code, "New workspace" in page.text) == (403, True)
    assert client.post("/workspaces/new/", {"name": "Bob's own"}, follow=True).status_code == 200


def test_who_leaves_goes_on_in_another(client, alice, bob):
    create_workspace(owner=bob.user, name="Bob's own", by=by(bob.user))
    client.force_login(bob.user)
    client.post("/workspaces/switch/", {"to": alice.workspace.id})
    answer = client.post("/settings/leave/", {"workspace": alice.workspace.id}, follow=True)
    assert answer.status_code == 200
    assert "You have left Alice&#x27;s studio." in answer.text
    assert roles(alice.workspace) == {"alice": "owner"}


def test_permission_and_scoping_take_a_constant_number_of_queries(client, alice, django_assert_num_queries):
    client.force_login(alice.user)
    seen = client.get("/settings/members/").text.partition("?seen=")[2].partition("&amp;")[0]
    # the session, the user; the membership, which tells the database the workspace; the latest act, as asked; untold
    with django_assert_num_queries(5):
        answer = client.get(f"/settings/members/?seen={seen}", headers={**HTMX, "X-Workspace": alice.workspace.id})
    assert answer.status_code == 204
