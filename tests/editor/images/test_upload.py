"""A picture goes in; a clean one comes out, or nothing happens."""

import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from editor.domain import Actor
from editor.errors import InvalidInput, TooLarge
from editor.images.errors import BadPicture
from editor.images.store import open_file
from editor.models import Image, Project
from editor.services.upload_image import upload_image
from tests import pictures
from tests.pictures import BLUE, GREEN, RED, SECRET, WHITE, corners, decode, near, store

MIB = 2**20


def bytes_of(image, variant):
    with open_file(image, variant) as file:
        return file.read()


@pytest.mark.parametrize(
    ("data", "content_type", "rendition_type"),
    [
        (pictures.jpeg(), "image/jpeg", "image/jpeg"),
        (pictures.png(), "image/png", "image/png"),
        (pictures.webp(), "image/webp", "image/jpeg"),
        (pictures.heic(), "image/heic", "image/jpeg"),
        (pictures.avif(), "image/avif", "image/jpeg"),
    ],
    ids=["jpeg", "png", "webp", "heic", "avif"],
)
def test_the_original_is_kept_and_a_clean_rendition_and_thumbnail_are_made(alice, data, content_type, rendition_type):
    image = store(alice, data)
    image.refresh_from_db()
    assert (image.content_type, image.rendition_type) == (content_type, rendition_type)
    assert (image.width, image.height, image.rendition_width, image.rendition_height) == (96, 64, 96, 64)
    assert (image.sha256, image.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert bytes_of(image, "original") == data
    rendition = decode(bytes_of(image, "rendition"))
    assert all(near(*pair, by=12) for pair in zip(corners(rendition), [RED, GREEN, BLUE, WHITE], strict=True))
    assert decode(bytes_of(image, "thumbnail")).format == "WEBP"
    assert image.workspace == alice.workspace
    assert image.created_by == alice.user


def test_files_lie_under_their_hash_in_the_workspaces_folder_and_equal_bytes_once(alice, mallory, stored_files):
    one, two, other = store(alice), store(alice), store(mallory)
    hashes = {one.sha256, one.rendition_sha256, one.thumbnail_sha256}
    assert one.id != two.id
    assert stored_files() == sorted(
        f"{workspace.id}/{sha256[:2]}/{sha256}"
        for workspace in (alice.workspace, mallory.workspace)
        for sha256 in hashes
    )
    assert other.sha256 == one.sha256


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phones_picture_stands_upright_and_tells_nothing(alice, orientation):
    data = pictures.from_a_phone(orientation)
    assert SECRET.encode() in data
    image = store(alice, data)
    assert (image.width, image.height) == (96, 64)
    for variant in ("rendition", "thumbnail"):
        clean = bytes_of(image, variant)
        picture = decode(clean)
        assert all(near(*pair, by=12) for pair in zip(corners(picture), [RED, GREEN, BLUE, WHITE], strict=True))
        assert SECRET.encode() not in clean
        assert not any(mark in clean for mark in (b"Exif", b"ICC_PROFILE", b"xmpmeta", b"ns.adobe.com", b"\xff\xfe"))
        assert dict(picture.getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)


def test_a_png_rendition_has_no_chunks_but_the_pixels(alice):
    clean = bytes_of(store(alice, pictures.talkative_png()), "rendition")
    names, at = set(), 8
    while at < len(clean):
        names.add(clean[at + 4 : at + 8])
        at += 12 + int.from_bytes(clean[at : at + 4])
    assert names == {b"IHDR", b"IDAT", b"IEND"}


def test_what_hangs_on_behind_a_picture_is_in_no_rendition(alice):
    payload = b"PK\x03\x04 <script>alert(1)</script> <?php system('id'); ?>"
    for data in (pictures.jpeg() + payload, pictures.png() + payload):
        image = store(alice, data)
        assert bytes_of(image, "original").endswith(payload)
        assert b"script" not in bytes_of(image, "rendition") + bytes_of(image, "thumbnail")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is not a JPEG, PNG, WebP, HEIC or AVIF picture"),
        (b"<html><script>alert(1)</script></html>", "is not a JPEG"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "is not a JPEG"),
        (b"GIF89a" + bytes(100), "is not a JPEG"),
        (pictures.jpeg()[:-400], "is damaged or cut short"),
        (pictures.png()[: len(pictures.png()) // 2], "is damaged or cut short"),
        (pictures.webp()[:-60], "is damaged or cut short"),
        (pictures.heic()[:-200], "is damaged or cut short"),
        (pictures.avif()[:-100], "is damaged or cut short"),
        (pictures.bomb(), "has more pixels than the limit of 50 megapixels"),
        (pictures.bomb(8_000), "has more pixels than the limit of 50 megapixels"),
        (pictures.png((14, 300)), "has 14 × 300 pixels; each side must have 15 to 16384"),
        (pictures.png((16_385, 20)), "has 16385 × 20 pixels; each side must have 15 to 16384"),
        (pictures.animated("PNG"), "is animated or holds several pictures; the limit is 1 frame"),
        (pictures.animated("WEBP"), "is animated"),
        (pictures.animated("AVIF"), "is animated"),
        (pictures.animated("HEIF"), "is animated"),
    ],
    ids=[
        *(
            "empty",
            "html",
            "svg",
            "gif",
            "cut-jpeg",
            "cut-png",
            "cut-webp",
            "cut-heic",
            "cut-avif",
            "bomb",
            "over-50-mp",
        ),
        *("narrow", "wide", "apng", "animated-webp", "animated-avif", "several-heic"),
    ],
)
def test_what_is_no_picture_we_take_is_refused_by_name_and_nothing_is_kept(alice, stored_files, data, problem):
    with pytest.raises(BadPicture) as refusal:
        store(alice, data, filename="fine.png")
    assert refusal.value.param == "file"
    assert refusal.value.code == "bad_picture"
    assert refusal.value.message.startswith(f"file {problem}")
    assert refusal.value.message.endswith("Nothing was stored or charged.")
    assert Image.objects.count() == 0
    assert stored_files() == []


def test_the_bomb_is_as_small_as_they_come():
    assert len(pictures.bomb()) < 130_000


@pytest.mark.parametrize("sized", [True, False], ids=["size known", "size unknown"])
def test_a_file_over_25_mb_is_refused_with_its_size_and_the_limit(alice, stored_files, sized):
    data = bytes(30 * MIB + 1)
    file = SimpleUploadedFile("big.jpg", data) if sized else BytesIO(data)
    with pytest.raises(TooLarge) as refusal:
        upload_image(actor=Actor(alice.workspace.id), file=file, filename="big.jpg", project_id=None)
    said = "31 MiB" if sized else "more than 25 MiB"
    assert refusal.value.message == f"file is {said}; the limit is 25 MiB. Nothing was stored or charged."
    assert refusal.value.param == "file"
    assert Image.objects.count() == 0
    assert stored_files() == []


def test_a_project_elsewhere_reads_like_a_missing_one_and_nothing_is_kept(alice, mallory, stored_files):
    hers = Project.objects.create(workspace=mallory.workspace, name="hers")
    messages = set()
    for project_id in (hers.id, "prj_missing"):
        with pytest.raises(InvalidInput) as refusal:
            store(alice, project_id=project_id)
        assert refusal.value.param == "project"
        messages.add(refusal.value.message)
    assert len(messages) == 1
    assert stored_files() == []


def test_an_upload_costs_few_queries_and_touches_its_project(alice, django_assert_max_num_queries):
    project = Project.objects.create(workspace=alice.workspace, name="Garden")
    with django_assert_max_num_queries(6):  # the project, a savepoint and its end, the lock, the row, the project
        image = store(alice, project_id=project.id)
    touched = Project.objects.get(id=project.id).touched_at
    assert touched > project.touched_at
    assert image.project == project
