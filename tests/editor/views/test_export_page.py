"""The export's page and its file: for those who may, with a link of their own that ends."""

import time

import pytest
from django.core.files.storage import default_storage

from accounts.models import AuditEvent, Membership
from editor.models import ExportState, WorkspaceExport
from editor.services.export_workspace import export_workspace
from tests.editor.services.test_export import ask, own_storage  # noqa: F401 - a fixture

PAGE = "/settings/export/"


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("editor", 403), ("viewer", 403), ("billing", 403)])
def test_only_who_may_export_gets_in(client, bob, role: str, status: int):
    Membership.objects.filter(user=bob.user).update(role=role)
    client.force_login(bob.user)
    assert client.get(PAGE).status_code == status
    assert client.post(f"{PAGE}build/").status_code == (302 if status == 200 else 403)
    assert WorkspaceExport.objects.count() == (status == 200)


def test_the_page_asks_for_progress_until_it_is_ready(client, alice):
    client.force_login(alice.user)
    client.post(f"{PAGE}build/")
    WorkspaceExport.objects.update(done=3, total=7)
    text = client.get(PAGE, headers={"HX-Request": "true"}).text
    assert "3 of 7 pictures" in text
    assert 'hx-trigger="every 2s"' in text
    assert "<html" not in text
    export_workspace(export_id=WorkspaceExport.objects.get().id)
    text = client.get(PAGE).text
    assert 'hx-trigger="every 2s" hx-swap="outerHTML">\n  <p id="export-progress"' not in text
    assert "Download" in text


def test_the_file_is_for_whoever_the_link_was_made_for_within_the_hour(client, alice, bob, mallory, monkeypatch):
    Membership.objects.filter(user=bob.user).update(role="admin")
    export = ask(alice)
    export_workspace(export_id=export.id)
    client.force_login(alice.user)
    signature = client.get(PAGE).context["signature"]
    there = f"{PAGE}{export.id}/?s={signature}"
    answer = client.get(there)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(action="export.downloaded", user_id=alice.user.id).count() == 1
    assert client.get(f"{PAGE}{export.id}/").status_code == 404
    assert client.get(there[:-2]).status_code == 404
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert client.get(there).status_code == 404
    monkeypatch.undo()
    for other in (bob, mallory):
        client.force_login(other.user)
        assert client.get(there).status_code == 404
    Membership.objects.filter(user=alice.user, workspace=alice.workspace).update(role="owner")
    client.force_login(alice.user)
    again = client.get(there)
    assert again.status_code == 200
    assert b"".join(again.streaming_content)[:2] == b"PK"
    WorkspaceExport.objects.update(state=ExportState.EXPIRED)
    assert client.get(there).status_code == 404


def test_a_file_that_is_gone_is_a_missing_page(client, alice):
    export = ask(alice)
    export_workspace(export_id=export.id)
    client.force_login(alice.user)
    signature = client.get(PAGE).context["signature"]
    default_storage.delete(WorkspaceExport.objects.get().file)
    assert client.get(f"{PAGE}{export.id}/?s={signature}").status_code == 404
