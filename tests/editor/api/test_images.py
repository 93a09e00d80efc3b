"""Pictures through the API: up, described, and back byte for byte."""

import hashlib
import zlib
from typing import Any

import pytest
from django.test import Client

from editor.models import Image, Project
from tests.editor.api.doors import Api, picture, refused, rows, stored_files
from tests.editor.rows import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(mallory):
    return Project.objects.create(workspace=mallory.workspace, name="Hers")


@pytest.fixture
def nothing_is_kept(alice):
    """Check after the test that no row and no file was left."""
    before = rows(), stored_files()
    yield
    assert (rows(), stored_files()) == before


def test_a_picture_is_stored_described_and_given_back(api, alice):
    content = picture(60, 40)
    answer = api.upload(content, "../../etc/cat.jpg")
    image = Image.objects.get()
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/v1/images/{image.id}"
    shown = answer.json()
    url = shown.pop("url")
    assert shown == {
        "id": image.id,
        "object": "image",
        "width": 60,
        "height": 40,
        "bytes": len(content),
        "content_type": "image/jpeg",
        "sha256": hashlib.sha256(content).hexdigest(),
        "filename": "cat.jpg",
        "project": None,
        "created_at": image.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert api.get(f"/images/{image.id}").json()["id"] == image.id
    seen: Any = Client().get(url.removeprefix("http://localhost:8000"))
    assert (seen.status_code, b"".join(seen.streaming_content)[:3]) == (200, b"\xff\xd8\xff")

    back = api.get(f"/images/{image.id}/content")
    assert b"".join(back.streaming_content) == content
    assert back.headers["Content-Type"] == "image/jpeg"
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Content-Disposition"] == 'attachment; filename="cat.jpg"'
    assert back.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    again = api.get(f"/images/{image.id}/content", **{"If-None-Match": back.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_whose_file_is_gone_is_missing(api, alice):
    refused(api.get(f"/images/{make_image(alice.workspace).id}/content"), 404, "not_found")


def test_a_picture_goes_to_the_project_that_is_named(api, alice):
    shelf = Project.objects.create(workspace=alice.workspace, name="Spring")
    assert api.upload(picture(), project=shelf.id).json()["project"] == shelf.id


@pytest.mark.parametrize("path", ["", "/content"])
def test_an_image_of_another_workspace_answers_like_a_missing_one(api, mallory, path):
    theirs = make_image(mallory.workspace)
    messages = {refused(api.get(f"/images/{id_}{path}"), 404, "not_found") for id_ in (theirs.id, "img_missing")}
    assert messages == {"There is no such image in this workspace."}


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"<svg/>", b"not a picture", picture()[:-200]],
    ids=["empty", "gif", "svg", "text", "cut"],
)
def test_what_is_no_picture_is_refused(api, nothing_is_kept, content):
    refused(api.upload(content), 422, "bad_picture", "file")


def test_a_bomb_is_refused_by_its_header(api, nothing_is_kept):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (30_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    rows_ = zlib.compress(bytes(30_001) * 3000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows_) + chunk(b"IEND", b"")
    assert "50" in refused(api.upload(bomb, "bomb.png"), 422, "bad_picture", "file")


def test_a_file_over_the_limit_is_not_kept_while_it_comes(api, nothing_is_kept):
    message = refused(api.upload(bytes(25 * 1024 * 1024 + 1)), 413, "too_large", "file")
    assert "25 MiB" in message


def test_a_body_over_the_limit_is_not_read(api, nothing_is_kept):
    refused(api.upload(bytes(26 * 1024 * 1024)), 413, "too_large")


def test_a_file_under_another_name_is_refused(api, nothing_is_kept):
    refused(api.upload(picture(), field="image"), 422, "invalid", "image")


def test_a_field_that_is_not_there_is_refused(api, nothing_is_kept):
    refused(api.upload(picture(), title="cat"), 422, "invalid", "title")


def test_without_a_file_the_field_is_named(api, nothing_is_kept):
    answer = api.client.post("/api/v1/images", {}, headers=api.headers)
    refused(answer, 422, "invalid", "file")


def test_a_project_of_another_workspace_reads_like_a_missing_one(api, theirs, nothing_is_kept):
    answers = [api.upload(picture(), project=foreign) for foreign in (theirs.id, "prj_missing", "prj_\0")]
    assert len({refused(answer, 422, "invalid", "project") for answer in answers}) == 1


def test_a_form_without_a_boundary_is_a_bad_request(api, nothing_is_kept):
    refused(api.post("/images", b"x", content_type="multipart/form-data"), 400, "parse_error")


def test_json_is_no_form(api, nothing_is_kept):
    refused(api.post("/images", {"file": "x"}), 415, "unsupported_media_type")


def test_ten_thousand_parts_are_refused(api, nothing_is_kept):
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n'
    answer = api.post("/images", part * 10_000 + b"--b--\r\n", content_type="multipart/form-data; boundary=b")
    refused(answer, 422, "invalid", "file")


def test_two_files_are_refused(api, nothing_is_kept):
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + picture() + b"\r\n"
    answer = api.post("/images", part * 2 + b"--b--\r\n", content_type="multipart/form-data; boundary=b")
    refused(answer, 422, "invalid", "file")


def test_fields_of_megabytes_are_refused(api, nothing_is_kept):
    refused(api.upload(picture(), project="x" * (3 * 1024 * 1024)), 413, "too_large")


def test_without_a_key_nothing_is_read(db, nothing_is_kept):
    refused(Api("pnt_live_nothing").upload(picture()), 401, "bad_key")
