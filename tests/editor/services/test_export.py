"""Everything of a workspace in one zip: whole, of this workspace only, and going on where a dead process left off."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import AuditEvent, Membership
from accounts.services.record_audit import By
from editor.attempts import AttemptState
from editor.images.archive import Archive
from editor.models import ExportState, Image, Output, WorkspaceExport
from editor.services.ask_export import ask_export
from editor.services.export_workspace import export_workspace
from editor.services.tend_exports import expire_exports, resume_exports
from tests.conftest import Person
from tests.editor.rows import make_attempt, make_edit, make_image


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "pictures"), "allow_overwrite": True},
        },
    }


def picture(person: Person, number: int, **columns) -> Image:
    sha256 = f"{number:064x}"
    image = make_image(person.workspace, sha256=sha256, **columns)
    default_storage.save(f"{person.workspace.id}/{sha256[:2]}/{sha256}", ContentFile(f"picture {number}".encode()))
    return image


def ask(person: Person) -> WorkspaceExport:
    return ask_export(workspace_id=person.workspace.id, by=By(user_id=person.user.id, name=person.user.email))


def built(export: WorkspaceExport) -> zipfile.ZipFile:
    export.refresh_from_db()
    assert export.state == ExportState.READY
    with default_storage.open(export.file) as stored:
        file = zipfile.ZipFile(io.BytesIO(stored.read()))
    assert file.testzip() is None
    return file


def test_the_zip_holds_originals_versions_graph_prompts_members_and_ledger(credit: Person, mallory: Person):
    original, version = picture(credit, 1), picture(credit, 2, is_output=True)
    picture(mallory, 3)
    edit = make_edit(credit.workspace, prompt='=HYPERLINK("evil")', status="succeeded", finished_at=timezone.now())
    used = edit.inputs.get().image
    attempt = make_attempt(edit, AttemptState.DELIVERED, finished_at=timezone.now())
    Output.objects.create(edit=edit, attempt=attempt, image=version, position=1)
    export = ask(credit)
    assert export_workspace(export_id=export.id) is True
    file = built(export)
    assert file.read(f"originals/{original.id}.jpg") == b"picture 1"
    assert file.read(f"versions/{version.id}.jpg") == b"picture 2"
    graph = json.loads(file.read("graph.json"))
    assert {one["id"] for one in graph["pictures"]} == {original.id, version.id, used.id}
    assert [(one["from"], one["made"], one["prompt"]) for one in graph["edits"]] == [
        ([used.id], [version.id], '=HYPERLINK("evil")')
    ]
    rows = {name: list(csv.DictReader(io.StringIO(file.read(name).decode()))) for name in
            ("prompts.csv", "members.csv", "ledger.csv", "edits.csv")}  # fmt: skip
    assert rows["prompts.csv"][0]["prompt"] == '\'=HYPERLINK("evil")'
    assert [(row["email"], row["role"]) for row in rows["members.csv"]] == [("alice@example.com", "owner")]
    assert [(row["kind"], row["amount_usd"]) for row in rows["ledger.csv"]] == [("grant", "10.000000")]
    assert [row["id"] for row in rows["edits.csv"]] == [edit.id]
    assert file.read("missing.txt").decode() == f"originals/{used.id}.jpg\n"
    assert export.missing == 1
    assert "mallory" not in b"".join(file.read(name) for name in file.namelist()).decode()


@pytest.mark.parametrize("torn", [b"", b"half a picture that was never finished"])
def test_after_a_death_the_next_one_goes_on_from_the_last_checkpoint(alice: Person, torn: bytes, settings):
    images = [picture(alice, number) for number in range(60)]
    export = ask(alice)
    assert export_workspace(export_id=export.id, seconds=0) is False
    export.refresh_from_db()
    assert (export.done, export.last_image) == (25, images[24].id)
    with (settings.DATA_DIR / "exports" / f"{export.id}.zip").open("r+b") as file:
        file.seek(-30, 2)  # over what the zip lists at its end
        file.write(torn)
    assert export_workspace(export_id=export.id) is True
    names = built(export).namelist()
    assert [name for name in names if name.startswith("originals/")] == [f"originals/{one.id}.jpg" for one in images]
    assert list((settings.DATA_DIR / "exports").iterdir()) == []


def test_on_a_machine_without_the_file_it_begins_anew(alice: Person, settings):
    images = [picture(alice, number) for number in range(30)]
    export = ask(alice)
    export_workspace(export_id=export.id, seconds=0)
    for left in (settings.DATA_DIR / "exports").iterdir():
        left.unlink()
    assert export_workspace(export_id=export.id) is True
    assert len([name for name in built(export).namelist() if name.startswith("originals/")]) == len(images)


def test_an_export_whose_worker_died_is_woken_once_and_given_up_after_five_deaths(alice: Person):
    export = ask(alice)
    row = WorkspaceExport.objects.filter(id=export.id)
    OrmQ.objects.all().delete()
    row.update(taken_by="run_dead", taken_until=timezone.now() - timedelta(seconds=1), tries=5)
    assert (resume_exports(), resume_exports()) == (1, 0)
    assert OrmQ.objects.count() == 1
    assert export_workspace(export_id=export.id) is True
    assert row.get().state == ExportState.FAILED
    assert AuditEvent.objects.filter(action="export.failed", target=export.id).count() == 1


def test_whoever_works_on_it_is_left_alone(alice: Person):
    export = ask(alice)
    later = timezone.now() + timedelta(minutes=4)
    WorkspaceExport.objects.filter(id=export.id).update(taken_by="run_other", taken_until=later)
    assert export_workspace(export_id=export.id) is False
    assert resume_exports() == 0
    assert WorkspaceExport.objects.get().taken_by == "run_other"


def test_one_is_built_at_a_time_and_asking_again_gives_the_same(alice: Person):
    assert ask(alice).id == ask(alice).id
    assert AuditEvent.objects.filter(action="export.asked").count() == 1


def test_after_a_week_the_file_is_gone(alice: Person):
    export = ask(alice)
    export_workspace(export_id=export.id)
    export.refresh_from_db()
    assert export.expires_at
    assert timedelta(days=6, hours=23) < export.expires_at - timezone.now() <= timedelta(days=7)
    name = export.file
    WorkspaceExport.objects.update(expires_at=timezone.now())
    assert expire_exports() == 1
    assert not default_storage.exists(name)
    assert WorkspaceExport.objects.get().state == ExportState.EXPIRED


def test_who_asked_is_told_unless_they_may_not_have_it_any_more(bob: Person, django_capture_on_commit_callbacks):
    Membership.objects.filter(user=bob.user).update(role="admin")
    export = ask(bob)
    with django_capture_on_commit_callbacks(execute=True):
        export_workspace(export_id=export.id)
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["bob@example.com"], "The export of Alice's studio is ready")
    ]
    assert "/settings/export/" in str(mail.outbox[0].body)
    mail.outbox.clear()
    Membership.objects.filter(user=bob.user).update(role="viewer")
    again = ask(bob)
    with django_capture_on_commit_callbacks(execute=True):
        export_workspace(export_id=again.id)
    assert mail.outbox == []


def test_a_zip_is_whole_wherever_its_writer_dies(tmp_path: Path):
    path = tmp_path / "a.zip"
    archive = Archive(path)
    archive.add("one", io.BytesIO(b"1" * 1000))
    archive.checkpoint()
    kept = path.read_bytes()
    archive.add("two", io.BytesIO(b"2" * 1000))
    archive.checkpoint()
    whole = path.read_bytes()
    tail = path.with_suffix(".tail").read_bytes()
    for cut in range(len(kept) - 100, len(whole), 37):
        path.write_bytes(whole[: max(cut, int.from_bytes(tail[:8], "big"))])
        path.with_suffix(".tail").write_bytes(tail)
        again = Archive(path)
        assert again.names() == {"one", "two"}
        again.close()
        with zipfile.ZipFile(path) as file:
            assert file.testzip() is None
