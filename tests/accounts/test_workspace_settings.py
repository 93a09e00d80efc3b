"""A workspace's settings: who changes them, what is refused, and that routing honours them."""

import pytest

from accounts.errors import InvalidInput, NotAllowed, NotFound
from accounts.models import AuditEvent, Workspace
from accounts.permissions import Action, Role, may
from accounts.services.change_settings import WorkspaceSettings, change_settings
from config.env import ProviderEnv
from editor.domain import EditRequest
from editor.providers.registry import PROVIDERS
from editor.services.quote_edit import quote_edit
from tests.accounts.cast import by, member
from tests.editor.rows import make_image

PAGE = "/settings/"
NEW = WorkspaceSettings(name="Atelier", allowed_providers=["apipod", "shortapi"], retention_days=30)


@pytest.mark.parametrize("role", Role)
def test_settings_are_changed_by_those_who_may_and_read_by_all(client, alice, role):
    who = member(alice.workspace, "who", role)
    client.force_login(who)
    allowed = may(role, Action.MANAGE_SETTINGS)
    assert ("Save</button>" in client.get(PAGE).text) is allowed
    form = {"name": "Atelier", "which": "some", "allowed_providers": ["apipod", "shortapi"], "retention_days": "30"}
    assert client.post("/settings/change/", form).status_code == (302 if allowed else 403)
    alice.workspace.refresh_from_db()
    now = (alice.workspace.name, alice.workspace.allowed_providers, alice.workspace.retention_days)
    assert now == (("Atelier", ["shortapi", "apipod"], 30) if allowed else ("Alice's studio", None, None))
    assert AuditEvent.objects.filter(action="workspace.settings_changed").count() == int(allowed)


def test_a_change_is_recorded_with_only_what_changed(alice):
    change_settings(workspace_id=alice.workspace.id, new=NEW, by=by(alice.user))
    change_settings(workspace_id=alice.workspace.id, new=NEW, by=by(alice.user))  # nothing new
    again = WorkspaceSettings(name="Atelier", allowed_providers=None, retention_days=30)
    change_settings(workspace_id=alice.workspace.id, new=again, by=by(alice.user))
    events = AuditEvent.objects.filter(action="workspace.settings_changed").order_by("id")
    assert [(event.before, event.after) for event in events] == [
        (
            {"name": "Alice's studio", "allowed_providers": None, "retention_days": None},
            {"name": "Atelier", "allowed_providers": ["shortapi", "apipod"], "retention_days": 30},
        ),
        ({"allowed_providers": ["shortapi", "apipod"]}, {"allowed_providers": None}),
    ]


def test_a_viewer_and_a_stranger_change_nothing_by_the_service_either(alice, mallory):
    vera = member(alice.workspace, "vera", Role.VIEWER)
    with pytest.raises(NotAllowed):
        change_settings(workspace_id=alice.workspace.id, new=NEW, by=by(vera))
    with pytest.raises(NotFound):
        change_settings(workspace_id=alice.workspace.id, new=NEW, by=by(mallory.user))
    assert Workspace.objects.get(id=alice.workspace.id).name == "Alice's studio"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "takes 1 to 80 characters; 0 given"),
        ({"name": "x" * 81}, "81 given"),
        ({"name": "a", "retention_days": "0"}, "1 to 3650 days"),
        ({"name": "a", "retention_days": "3651"}, "1 to 3650 days"),
        ({"name": "a", "retention_days": "-5"}, "1 to 3650 days"),
        ({"name": "a", "retention_days": "soon"}, "whole number"),
        ({"name": "a", "retention_days": "9" * 500}, "1 to 3650 days"),
        ({"name": "a", "retention_days": "9" * 5000}, "whole number"),
        ({"name": "a", "which": "some"}, "Allow at least one provider"),
        ({"name": "a", "which": "some", "allowed_providers": ["evil"]}, "Providers are shortapi"),
    ],
)
def test_bad_settings_are_refused_beside_their_field_and_nothing_changes(client, alice, form, words):
    client.force_login(alice.user)
    answer = client.post("/settings/change/", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Nothing was changed" in answer.text
    assert Workspace.objects.get(id=alice.workspace.id).name == "Alice's studio"


def test_edits_go_only_where_the_workspace_allows(alice, mallory, settings):
    settings.PROVIDERS = {name: ProviderEnv("http://127.0.0.1:9", "key", ()) for name in PROVIDERS}
    image = make_image(alice.workspace)
    request = EditRequest(prompt="warmer", images=(image.id,))
    before = quote_edit(workspace_id=alice.workspace.id, request=request)
    change_settings(workspace_id=alice.workspace.id, new=NEW, by=by(alice.user))
    after = quote_edit(workspace_id=alice.workspace.id, request=request)
    assert set(before.route) - {"apipod", "shortapi"}
    assert set(after.route) == set(before.route) & {"apipod", "shortapi"}
    reasons = {verdict.provider: verdict.reason for verdict in after.verdicts if not verdict.eligible}
    assert {reasons[name] for name in ("pixazo", "apikley", "aimlapi")} == {"not allowed in this workspace"}
    hers = EditRequest(prompt="warmer", images=(make_image(mallory.workspace).id,))
    assert quote_edit(workspace_id=mallory.workspace.id, request=hers).route == before.route


def test_the_markup_is_shown_to_staff_only(client, alice):
    client.force_login(alice.user)
    assert "Markup" not in client.get(PAGE).text
    alice.user.is_staff = True
    alice.user.save()
    text = client.get(PAGE).text
    assert "Markup" in text
    assert "25 %" in text


def test_handing_over_asks_to_sign_in_again_first(client, alice, bob):
    client.force_login(alice.user)
    for answer in (client.get("/settings/transfer/"), client.post("/settings/transfer/", {"to": bob.user.id})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    client.post("/accounts/reauthenticate/", {"password": "alice's long password"})
    assert "bob@example.com (editor)" in client.get("/settings/transfer/").text
    answer = client.post("/settings/transfer/", {"to": "usr_missing"})
    assert answer.status_code == 422
    assert "That person is not in this workspace any more. Nothing was changed." in answer.text
    answer = client.post("/settings/transfer/", {"to": bob.user.id}, follow=True)
    assert "The workspace is handed over" in answer.text


def test_an_unknown_name_of_a_provider_is_refused_by_the_service(alice):
    with pytest.raises(InvalidInput):
        change_settings(
            workspace_id=alice.workspace.id,
            new=WorkspaceSettings(name="a", allowed_providers=["nobody"], retention_days=None),
            by=by(alice.user),
        )
