"""Erasing a workspace: all of it and nothing else, not while credit is on hold, and whole after any death."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import ApiKey, AuditEvent, DeletionCertificate, Membership, User, Workspace
from accounts.services.record_audit import By, record_audit
from billing import facade
from billing.invariants import violations
from billing.models import CostLine, Entry
from editor.attempts import AttemptState
from editor.invariants import INVARIANTS
from editor.models import Attempt, Edit, EditInput, Image, Output, Project, WorkspaceExport
from editor.services import erase_workspace as erasing
from editor.services.ask_export import ask_export
from editor.services.cost_of import cost_of
from editor.services.erase_workspace import erase_workspace
from editor.tasks import ensure_erasures
from tests.conftest import Person
from tests.editor.rows import COST, PRICE, make_attempt, make_edit, make_image
from tests.editor.services.test_export import own_storage  # noqa: F401 - a fixture

TABLES = (Project, Image, Edit, EditInput, Attempt, Output, WorkspaceExport, ApiKey)


def fill(person: Person) -> Edit:
    """A finished, captured edit with its pictures, an export and a file that no row speaks of."""
    edit = make_edit(person.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.DELIVERED, finished_at=timezone.now())
    facade.capture(reference=edit.id, amount=edit.quoted)
    for cost in cost_of(edit, attempt, expected=attempt.expected_cost, delivered=1):
        facade.record_cost(cost.facts, certain=cost.certain)
    facade.note_retail(edit=edit.id, charge=edit.quoted, prices={attempt.id: PRICE})
    facts = {"status": "succeeded", "charged": edit.quoted, "finished_at": timezone.now()}
    Edit.objects.filter(id=edit.id).update(**facts)
    made = make_image(person.workspace, is_output=True, sha256="a" * 64)
    Output.objects.create(edit=edit, attempt=attempt, image=made, position=1)
    for name in ("aa/" + "a" * 64, "bb/orphan"):
        default_storage.save(f"{person.workspace.id}/{name}", ContentFile(b"picture"))
    ask_export(workspace_id=person.workspace.id, by=By(user_id=person.user.id, name=person.user.email))
    return edit


def due(person: Person) -> None:
    Workspace.objects.filter(id=person.workspace.id).update(delete_at=timezone.now() - timedelta(seconds=1))


def left(person: Person) -> dict[str, int]:
    return {
        model.__name__: count
        for model in TABLES
        if (count := model.objects.filter(**{_path(model): person.workspace.id}).count())
    }


def _path(model) -> str:
    return "edit__workspace_id" if model in (EditInput, Output) else "workspace_id"


@pytest.fixture
def full(credit: Person) -> Person:
    fill(credit)
    due(credit)
    return credit


def test_all_of_it_goes_the_books_stay_and_nobody_else_is_touched(
    full, bob, mallory, django_capture_on_commit_callbacks
):
    facade_before = facade.balance(full.workspace.id)
    entries = Entry.objects.count()
    make_edit(mallory.workspace)
    default_storage.save(f"{mallory.workspace.id}/aa/kept", ContentFile(b"hers"))
    hers, wrong = left(mallory), violations(INVARIANTS)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_workspace(workspace_id=full.workspace.id) is True
    assert left(full) == {}
    assert left(mallory) == hers
    assert default_storage.exists(f"{mallory.workspace.id}/aa/kept")
    assert not default_storage.exists(f"{full.workspace.id}/aa/{'a' * 64}")
    assert not default_storage.exists(f"{full.workspace.id}/bb/orphan")
    assert not Membership.objects.filter(workspace=full.workspace).exists()
    assert set(CostLine.objects.values_list("workspace", "booked")) == {(full.workspace.id, COST)}
    assert CostLine.objects.get().evidence == {}
    row = Workspace.objects.get(id=full.workspace.id)
    assert (row.name, row.delete_at, row.erased_at is not None) == ("Deleted workspace", None, True)
    assert Entry.objects.count() == entries
    assert facade.balance(full.workspace.id) == facade_before
    assert violations() == []
    assert violations(INVARIANTS) == wrong
    assert User.objects.filter(id=full.user.id, is_active=True).exists()


def test_the_certificate_counts_what_was_there_and_the_owner_gets_it(full, bob, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase_workspace(workspace_id=full.workspace.id)
    made = DeletionCertificate.objects.get()
    counts = {name: count for name, count in made.counts.items() if count}
    assert counts == {"API keys": 2, "attempts": 1, "edits": 1, "images": 2, "memberships": 2, "projects": 1,
                      "workspace exports": 1}  # fmt: skip
    assert {"deliveries", "workspace terms", "idempotency keys"} <= made.counts.keys()
    assert (len(made.manifest_sha256), made.erased_at is not None) == (64, True)
    assert [(one.to, one.subject) for one in mail.outbox] == [(["alice@example.com"], "Alice's studio is deleted")]
    assert "/certificates/" in str(mail.outbox[0].body)


def test_the_audit_log_keeps_what_was_done_and_forgets_who_is_named(full):
    record_audit(workspace_id=full.workspace.id, action="thing.done", by=By(name="alice@example.com"), note="secret")
    erase_workspace(workspace_id=full.workspace.id)
    text = str(list(AuditEvent.objects.filter(workspace_id=full.workspace.id).values()))
    assert "thing.done" in text
    assert "workspace.erased" in text
    assert "alice@example.com" not in text
    assert "secret" not in text
    assert "Alice's studio" not in text


def test_while_an_edit_runs_it_waits_but_its_keys_are_dead(credit):
    fill(credit)
    edit = make_edit(credit.workspace, held=True)
    due(credit)
    before = left(credit)
    assert erase_workspace(workspace_id=credit.workspace.id) is False
    assert left(credit) == before
    assert DeletionCertificate.objects.count() == 0
    assert not ApiKey.objects.filter(workspace=credit.workspace, revoked_at=None).exists()
    facade.release(reference=edit.id)
    Edit.objects.filter(id=edit.id).update(status="canceled", finished_at=timezone.now())
    assert erase_workspace(workspace_id=credit.workspace.id) is True
    assert left(credit) == {}


def test_before_its_day_and_after_an_undo_nothing_is_erased(credit):
    fill(credit)
    before = left(credit)
    assert erase_workspace(workspace_id=credit.workspace.id) is False
    Workspace.objects.filter(id=credit.workspace.id).update(delete_at=timezone.now() + timedelta(days=1))
    assert erase_workspace(workspace_id=credit.workspace.id) is False
    assert left(credit) == before
    assert not ApiKey.objects.filter(workspace=credit.workspace).exclude(revoked_at=None).exists()


@pytest.mark.parametrize("step", ["_delete_files", "_delete_rows", "_finish"])
def test_after_a_death_the_next_one_finishes_under_the_same_certificate(full, monkeypatch, step: str):
    class Killed(BaseException):
        """What a kill looks like from inside."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(erasing, step, die)
        with pytest.raises(Killed):
            erase_workspace(workspace_id=full.workspace.id)
    (first,) = DeletionCertificate.objects.values("id", "manifest_sha256", "counts")
    assert erase_workspace(workspace_id=full.workspace.id) is True
    assert list(DeletionCertificate.objects.values("id", "manifest_sha256", "counts")) == [first]
    assert left(full) == {}
    assert erase_workspace(workspace_id=full.workspace.id) is False


def test_the_sweeper_has_it_erased_once(full, mallory):
    OrmQ.objects.all().delete()
    cache.clear()
    ensure_erasures()
    ensure_erasures()
    assert OrmQ.objects.count() == 1
