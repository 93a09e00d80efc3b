"""Files and rows are kept together, or not at all."""

import threading
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from editor.domain import Actor
from editor.errors import TooLarge
from editor.images.errors import BadPicture
from editor.images.links import Variant
from editor.images.staging import BLOCK, Staged, stage
from editor.images.store import keep, open_file
from editor.images.store_output import store_output
from editor.models import Image, Project
from editor.services.upload_image import upload_image
from tests import pictures
from tests.pictures import store


def row(workspace, files: list[Staged], **changed) -> Image:
    original, rendition, thumbnail = files
    values = {
        "workspace": workspace,
        "sha256": original.sha256,
        "content_type": "image/jpeg",
        "bytes": original.bytes,
        "width": 96,
        "height": 64,
        "rendition_sha256": rendition.sha256,
        "rendition_type": "image/jpeg",
        "rendition_width": 96,
        "rendition_height": 64,
        "thumbnail_sha256": thumbnail.sha256,
    }
    return Image(**values | changed)


@pytest.fixture
def files(tmp_path) -> list[Staged]:
    return [stage([name.encode()], tmp_path / name, param="file") for name in ("one", "two", "three")]


def test_when_the_row_is_refused_no_file_is_left(alice, files, stored_files):
    with pytest.raises(DatabaseError):
        keep(row(alice.workspace, files, bytes=-1), files)
    assert stored_files() == []
    assert Image.objects.count() == 0


def test_when_the_row_is_refused_files_of_other_pictures_stay(alice, files, stored_files, tmp_path):
    kept = keep(row(alice.workspace, files), files)
    before = stored_files()
    fresh = stage([b"four"], tmp_path / "four", param="file")
    mixed = [fresh, *files[1:]]
    with pytest.raises(DatabaseError):
        keep(row(alice.workspace, mixed, bytes=-1), mixed)
    assert stored_files() == before
    with open_file(kept, "rendition") as file:
        assert file.read() == b"two"


def test_when_an_id_is_taken_nothing_is_left(alice, files, stored_files, tmp_path):
    kept = keep(row(alice.workspace, files), files)
    fresh = [stage([b"new"], tmp_path / "new", param="file"), *files[1:]]
    before = stored_files()
    with pytest.raises(IntegrityError):
        keep(row(alice.workspace, fresh, id=kept.id), fresh)
    assert stored_files() == before


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_not_stored_within_somebodys_transaction(alice):
    with transaction.atomic(), pytest.raises(RuntimeError):
        store(alice)
    assert Image.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_clean_up_never_takes_a_file_that_another_upload_has_just_come_to_need(alice, files, tmp_path):
    """Rounds of one upload that fails beside one that succeeds with the same bytes."""
    for number in range(12):
        for file in files:
            file.path.unlink(missing_ok=True)
        texts = [f"{number} {name}".encode() for name in ("a", "b", "c")]
        started = threading.Barrier(2)
        outcomes: list[Image | Exception] = []

        def run(folder: Path, texts=texts, started=started, outcomes=outcomes, **changed):
            folder.mkdir()
            mine = [stage([text], folder / str(at), param="file") for at, text in enumerate(texts)]
            started.wait()
            try:
                outcomes.append(keep(row(alice.workspace, mine, **changed), mine))
            except DatabaseError as error:
                outcomes.append(error)
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=run, args=(tmp_path / f"{number}-good",)),
            threading.Thread(target=run, args=(tmp_path / f"{number}-bad",), kwargs={"bytes": -1}),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (kept,) = [outcome for outcome in outcomes if isinstance(outcome, Image)]
        for variant, text in zip(get_args(Variant), texts, strict=True):
            with open_file(kept, variant) as file:
                assert file.read() == text


def test_staging_stops_at_the_limit_and_leaves_nothing_complete(tmp_path):
    endless = iter(lambda: bytes(BLOCK), None)
    with pytest.raises(TooLarge) as refusal:
        stage(endless, tmp_path / "endless", param="images[3]")
    assert refusal.value.param == "images[3]"


def test_nothing_is_left_in_the_staging_folder(alice, settings):
    store(alice)
    with pytest.raises(BadPicture):
        store(alice, b"no picture")
    assert list((settings.DATA_DIR / "staging").iterdir()) == []


@dataclass(frozen=True)
class Came:
    image: Image
    path: Path


@pytest.fixture
def came(alice, tmp_path) -> Came:
    path = tmp_path / "result.jpg"
    path.write_bytes(pictures.from_a_phone())
    project = Project.objects.create(workspace=alice.workspace, name="Garden")
    image = store_output(workspace_id=alice.workspace.id, project_id=project.id, created_by_id=alice.user.id, path=path)
    return Came(image, path)


def test_a_providers_result_is_kept_byte_for_byte(came, stored_files):
    with open_file(came.image, "original") as file:
        assert file.read() == came.path.read_bytes()
    assert came.image.rendition_sha256 == came.image.sha256
    assert came.image.rendition_type == "image/jpeg"
    assert came.image.is_output
    assert len(stored_files()) == 2  # itself and its thumbnail


@pytest.mark.parametrize("data", [b"<html>expired</html>", pictures.jpeg()[:-300], pictures.png((1, 1)), b""])
def test_a_result_that_is_no_picture_is_refused_and_nothing_is_kept(alice, tmp_path, stored_files, data):
    path = tmp_path / "result"
    path.write_bytes(data)
    with pytest.raises(BadPicture):
        store_output(workspace_id=alice.workspace.id, project_id=None, created_by_id=None, path=path)
    assert path.exists()
    assert stored_files() == []
    assert Image.objects.count() == 0


def test_a_row_the_database_will_not_have_leaves_no_file_of_an_upload(alice, stored_files):
    with pytest.raises(DatabaseError), connection.constraint_checks_disabled():
        upload_image(actor=Actor(workspace_id="w" * 40), file=BytesIO(pictures.jpeg()), filename="", project_id=None)
    assert stored_files() == []
