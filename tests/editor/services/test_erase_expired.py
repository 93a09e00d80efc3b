"""What a workspace does not want kept is erased: words and files, not the books, nor what is starred or still used."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Workspace
from accounts.services.change_settings import WorkspaceSettings, change_settings
from accounts.services.record_audit import By
from billing import facade
from billing.invariants import violations
from billing.models import Entry
from editor.attempts import AttemptState
from editor.invariants import INVARIANTS
from editor.models import Attempt, Callback, Delivery, Edit, EditInput, Endpoint, Event, Image, Output
from editor.services.cost_of import cost_of
from editor.services.erase_expired import erase_expired
from tests.conftest import Person
from tests.editor.rows import make_attempt, make_edit, make_image
from tests.editor.services.test_export import own_storage  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
DAYS = 30


def picture(person: Person, sha: str, *, days: float, **columns) -> Image:
    """Make a picture so many days ago, all of whose files have one hash."""
    hashes = dict.fromkeys(("sha256", "rendition_sha256", "thumbnail_sha256"), sha * 64)
    made = make_image(person.workspace, **{**hashes, **columns})
    Image.objects.filter(id=made.id).update(created_at=timezone.now() - timedelta(days=days))
    if not default_storage.exists(path(person, sha)):
        default_storage.save(path(person, sha), ContentFile(b"picture"))
    return made


def path(person: Person, sha: str) -> str:
    return f"{person.workspace.id}/{sha * 2}/{sha * 64}"


def edit(person: Person, of: Image, made: Image | None, *, days: float) -> Edit:
    """Make an edit that ended so many days ago, with all that is written down about one."""
    new = make_edit(person.workspace, held=True, metadata={"order": "1017"}, webhook_url="https://shop.example/hook")
    spare = EditInput.objects.get(edit=new).image_id
    EditInput.objects.filter(edit=new).update(image=of)
    Image.objects.filter(id=spare).delete()
    ended = timezone.now() - timedelta(days=days)
    sent = {"payload": {"prompt": new.prompt}, "results": ["https://x.example/1.png"]}
    attempt = make_attempt(new, AttemptState.DELIVERED, due_at=None, finished_at=ended, **sent)
    Callback.objects.create(attempt=attempt, body=b"{}")
    facade.capture(reference=new.id, amount=new.quoted)
    for cost in cost_of(new, attempt, expected=attempt.expected_cost, delivered=1):
        facade.record_cost(cost.facts, certain=cost.certain)
    facade.note_retail(edit=new.id, charge=new.quoted, prices={attempt.id: new.quoted})
    Edit.objects.filter(id=new.id).update(status="succeeded", charged=new.quoted, finished_at=ended)
    endpoint, _ = Endpoint.objects.get_or_create(workspace=person.workspace, url="", defaults={"secret": "whsec_x"})
    event = Event.objects.create(workspace=person.workspace, type="edit.succeeded", edit=new)
    delivery = {"state": "delivered", "target": "shop", "endpoint": endpoint, "event": event}
    Delivery.objects.create(workspace=person.workspace, **delivery).log.create(
        milliseconds=1, url="https://shop.example/hook", request=new.prompt, status=200
    )
    if made:
        Output.objects.create(edit=new, attempt=attempt, image=made, position=1)
    return Edit.objects.get(id=new.id)


@pytest.fixture
def wanted(credit: Person) -> Person:
    """Alice's workspace keeps nothing for longer than thirty days."""
    Workspace.objects.filter(id=credit.workspace.id).update(retention_days=DAYS)
    return credit


def test_an_old_edits_words_and_pictures_go_and_its_row_and_the_books_stay(wanted):
    upload, made = picture(wanted, "a", days=40), picture(wanted, "b", days=31, is_output=True)
    old = edit(wanted, upload, made, days=31)
    before, entries = facade.balance(wanted.workspace.id), Entry.objects.count()
    assert erase_expired() == 3
    assert list(Image.objects.all()) == []
    assert not default_storage.exists(path(wanted, "a"))
    assert not default_storage.exists(path(wanted, "b"))
    kept = Edit.objects.get()
    assert (kept.id, kept.prompt, kept.metadata, kept.webhook_url) == (old.id, "", {}, "")
    assert (kept.status, kept.charged, kept.n) == ("succeeded", old.charged, 1)
    assert kept.erased_at is not None
    assert (Attempt.objects.get().payload, Attempt.objects.get().results) == (None, [])
    assert [model.objects.count() for model in (EditInput, Output, Event, Delivery, Callback)] == [0] * 5
    assert (facade.balance(wanted.workspace.id), Entry.objects.count()) == (before, entries)
    assert violations(INVARIANTS) == []
    told = AuditEvent.objects.filter(action__startswith="retention.").order_by("id")
    assert [(one.action, one.actor_name, one.after) for one in told] == [
        ("retention.edits_erased", "system", {"edits": 1, "days": DAYS}),
        ("retention.pictures_erased", "system", {"pictures": 2, "days": DAYS}),
    ]
    assert erase_expired() == 0


def test_what_is_starred_stays_with_its_words_and_what_it_was_made_from(wanted):
    upload, made = picture(wanted, "a", days=400), picture(wanted, "b", days=400, is_output=True, starred=True)
    kept = edit(wanted, upload, made, days=400)
    assert erase_expired() == 0
    assert {one.id for one in Image.objects.all()} == {upload.id, made.id}
    assert Edit.objects.get().prompt == kept.prompt == "warmer light"
    assert default_storage.exists(path(wanted, "a"))
    assert not AuditEvent.objects.filter(action__startswith="retention.").exists()


def test_a_picture_that_a_younger_edit_was_made_from_stays_until_that_one_is_old(wanted):
    upload, made = picture(wanted, "a", days=40), picture(wanted, "b", days=40, is_output=True)
    first = edit(wanted, upload, made, days=40)
    second = edit(wanted, made, None, days=29)
    assert erase_expired() == 2  # the first one's words, and the upload that it alone was made from
    assert [one.id for one in Image.objects.all()] == [made.id]
    assert Edit.objects.get(id=first.id).erased_at is not None
    assert Edit.objects.get(id=second.id).erased_at is None
    Edit.objects.filter(id=second.id).update(finished_at=timezone.now() - timedelta(days=31))
    assert erase_expired() == 2
    assert not Image.objects.exists()


def test_bytes_that_another_picture_has_too_stay_for_it(wanted):
    picture(wanted, "a", days=40)
    young = picture(wanted, "a", days=1)
    assert erase_expired() == 1
    assert [one.id for one in Image.objects.all()] == [young.id]
    assert default_storage.exists(path(wanted, "a"))


def test_an_edit_that_still_waits_for_a_provider_is_left_alone(wanted):
    waiting = edit(wanted, picture(wanted, "a", days=40), None, days=40)
    Attempt.objects.update(state=AttemptState.UNKNOWN, finished_at=None, due_at=timezone.now())
    assert erase_expired() == 0
    assert Edit.objects.get(id=waiting.id).prompt == "warmer light"


def test_who_said_nothing_keeps_everything_and_nobody_else_is_touched(wanted, mallory):
    theirs = picture(mallory, "a", days=4000)
    picture(wanted, "a", days=40)
    assert erase_expired() == 1
    assert [one.id for one in Image.objects.all()] == [theirs.id]
    assert default_storage.exists(path(mallory, "a"))


def test_nothing_is_erased_within_a_day_of_the_setting(wanted):
    picture(wanted, "a", days=40)
    new = WorkspaceSettings(name="Atelier", allowed_providers=None, retention_days=7)
    change_settings(workspace_id=wanted.workspace.id, new=new, by=By(user_id=wanted.user.id))
    assert erase_expired() == 0
    assert Image.objects.count() == 1


def test_whoever_dies_between_file_and_row_is_followed_by_one_who_goes_on(wanted):
    picture(wanted, "a", days=40)
    default_storage.delete(path(wanted, "a"))
    assert erase_expired() == 1
    assert not Image.objects.exists()


def test_without_time_nothing_is_done_and_what_is_left_is_for_the_next_run(wanted):
    picture(wanted, "a", days=40)
    assert erase_expired(seconds=0) == 0
    assert Image.objects.count() == 1


def test_the_edits_own_page_says_that_it_was_erased_and_the_api_when(wanted):
    old = edit(wanted, picture(wanted, "a", days=40), picture(wanted, "b", days=40, is_output=True), days=40)
    erase_expired()
    browser = Client()
    browser.force_login(wanted.user)
    page = browser.get(f"/projects/{old.project_id}/{old.id}/")
    assert page.status_code == 200
    assert "pictures and prompt are gone" in page.text
    assert "$0.0475; that stays in your books" in page.text
    assert browser.get(f"/projects/{old.project_id}/").status_code == 200
    told = Client().get(f"/api/v1/edits/{old.id}", headers=wanted.auth).json()
    assert (told["prompt"], told["images"], told["outputs"], told["price"]["charged"]) == ("", [], [], "0.047500")
    assert told["erased_at"] is not None
