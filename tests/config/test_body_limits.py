"""Nobody fills the disk through a page: a body is refused by its length, before anything reads it."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from editor.models import Image, Project
from tests import pictures
from tests.conftest import Person

pytestmark = pytest.mark.django_db
MIB = 2**20


@pytest.fixture
def door(alice: Person) -> str:
    """Where pictures go into Alice's project."""
    project = Project.objects.create(workspace=alice.workspace, name="Spring")
    return f"/projects/{project.id}/pictures/"


@pytest.fixture
def signed_in(alice: Person) -> Client:
    client = Client()
    client.force_login(alice.user)
    return client


def waiting() -> list[str]:
    return [path.name for path in settings.FILE_UPLOAD_TEMP_DIR.iterdir()]


def post(client: Client, path: str, length: int, **headers: str) -> Any:
    """Send a body of which only the length is true: whoever read it would wait or fail."""
    return client.generic(
        "POST", path, b"", "multipart/form-data; boundary=b", headers=headers, CONTENT_LENGTH=str(length)
    )


@pytest.mark.parametrize("path", ["/accounts/login/", "/projects/new/", "/credit/"])
def test_a_page_takes_two_mebibytes_from_anybody(signed_in: Client, path: str) -> None:
    for client in (Client(enforce_csrf_checks=True), signed_in):
        answer = post(client, path, 2 * MIB + 1)
        assert (answer.status_code, answer["Content-Type"]) == (413, "text/html; charset=utf-8")
        assert "charged" in answer.text
    assert waiting() == []


def test_the_door_for_pictures_is_wide_for_members_only(signed_in: Client, door: str) -> None:
    assert post(Client(enforce_csrf_checks=True), door, 2 * MIB + 1).status_code == 413
    assert post(signed_in, door, 300 * MIB + 1).status_code == 413
    assert post(signed_in, door, 300 * MIB).status_code != 413


def test_our_script_is_told_in_its_own_shape(signed_in: Client, door: str) -> None:
    answer = post(signed_in, door, 300 * MIB + 1, Accept="application/json")
    assert answer.status_code == 413
    assert "charged" in answer.json()["error"]["message"]


def test_a_body_in_chunks_is_refused(signed_in: Client, door: str) -> None:
    for path in ("/accounts/login/", door):
        answer = signed_in.generic("POST", path, b"", headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH="")
        assert answer.status_code == 411


def test_of_a_bare_forms_files_only_the_one_over_the_limit_is_refused(signed_in: Client, door: str) -> None:
    large = SimpleUploadedFile("large.jpg", bytes(25 * MIB + 1))
    house = SimpleUploadedFile("house.jpg", pictures.jpeg())
    answer = signed_in.post(door, {"file": [large, house]}, follow=True)
    assert "large.jpg: It is 26 MiB; the limit is 25 MiB." in answer.text
    assert Image.objects.get().filename == "house.jpg"
    assert waiting() == []
