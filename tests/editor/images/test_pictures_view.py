"""Links to pictures: who may follow which, and what the answer forbids the browser."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.urls import reverse

from editor.images.links import seconds_left, signed_url
from editor.images.store import open_file
from editor.images.store_output import store_output
from tests import pictures
from tests.pictures import store


@pytest.fixture
def image(alice):
    return store(alice, pictures.from_a_phone(), filename="Café\r\n.jpg")


@pytest.fixture
def output(alice, tmp_path):
    (tmp_path / "result").write_bytes(pictures.png())
    return store_output(workspace_id=alice.workspace.id, project_id=None, created_by_id=None, path=tmp_path / "result")


def status(client, url: str):
    response = client.get(url)
    body(response)  # so that its file is closed
    return response.status_code


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(("variant", "kind"), [("rendition", "image/jpeg"), ("thumbnail", "image/webp")])
def test_a_signed_link_needs_no_login_and_its_answer_can_do_nothing(client, image, variant, kind):
    response = client.get(signed_url(image, variant))
    with open_file(image, variant) as file:
        stored = file.read()
    assert (response.status_code, body(response)) == (200, stored)
    assert response["Content-Type"] == kind
    assert response["Content-Length"] == str(len(stored))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"].startswith("private, max-age=")
    assert "immutable" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")


def test_head_and_a_second_look_send_no_bytes(client, image):
    url = signed_url(image, "rendition")
    first = client.head(url)
    assert body(first) == b""
    assert (first.status_code, first["Content-Type"]) == (200, "image/jpeg")
    assert int(first["Content-Length"]) > 0
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, body(again)) == (304, b"")
    assert first["ETag"] == f'"{image.rendition_sha256}"'


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_looking_is_allowed(client, image, method):
    assert getattr(client, method)(signed_url(image, "rendition")).status_code == 405


def altered(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return f"{parts.path}?{urlencode(query)}"


def test_a_link_that_was_altered_or_has_ended_or_is_for_another_opens_nothing(client, alice, mallory, image):
    other, hers = store(alice, pictures.png()), store(mallory, pictures.webp())
    url = signed_url(image, "rendition")
    past = datetime.now(UTC) - timedelta(seconds=1)
    end = parse_qs(urlsplit(url).query)["e"][0]
    refused = [
        signed_url(image, "rendition", until=past),
        altered(url, e=str(int(end) + 1)),
        altered(url, e="9" * 40),
        altered(url, e="-1"),
        altered(url, e="１２"),
        altered(url, s="A" * 43),
        altered(url, s="é"),
        altered(url, s=""),
        url.split("?")[0],
        url.replace("rendition", "thumbnail"),
        url.replace("rendition", "nothing"),
        url.replace(image.id, other.id),
        url.replace(image.id, hers.id),
        url.replace(image.id, "img_missing"),
        url.replace(image.id, image.id + "%00"),
        url.replace(image.id, "..%2f" + image.id),
        url.replace(image.id, "..%252f" + image.id),
        signed_url((image.id, mallory.workspace.id), "rendition"),
    ]
    assert [status(client, link) for link in refused] == [404] * len(refused)
    assert status(client, url) == 200


def test_a_signature_does_not_open_an_upload_as_it_came_but_an_output(client, image, output):
    assert status(client, signed_url(image, "original")) == 404
    response = client.get(signed_url(output, "original"))
    assert (response.status_code, body(response)) == (200, pictures.png())
    assert response["Content-Disposition"] == f'attachment; filename="{output.id}.png"'


def test_members_download_an_upload_as_it_came_and_strangers_do_not(client, alice, bob, mallory, image):
    address = reverse("picture", args=[image.id, "original"])
    client.force_login(mallory.user)
    assert status(client, address) == 404
    client.force_login(bob.user)
    response = client.get(address)
    assert (response.status_code, body(response)) == (200, pictures.from_a_phone())
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Caf%C3%A9.jpg"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_page_made_again_gives_the_same_link(image):
    links = {signed_url(image, "thumbnail") for _ in range(5)}
    assert len(links) == 1
    (link,) = links
    assert 86_400 <= seconds_left(parse_qs(urlsplit(link).query)["e"][0]) <= 2 * 86_400
    assert link == signed_url((image.id, image.workspace_id), "thumbnail")


def test_an_absolute_link_stands_on_the_public_address_and_ends_when_told(client, image):
    until = datetime.now(UTC) + timedelta(seconds=90)
    url = signed_url(image, "rendition", until=until, absolute=True)
    assert url.startswith("http://localhost:8000/p/")
    assert 85 <= seconds_left(parse_qs(urlsplit(url).query)["e"][0]) <= 91
    assert status(client, url.removeprefix("http://localhost:8000")) == 200


def test_a_link_ends_with_the_key_it_was_signed_with(client, image, settings):
    url = signed_url(image, "rendition")
    assert status(client, url) == 200
    settings.SECRET_KEY = "another " * 8
    assert status(client, url) == 404


def test_a_link_costs_one_query_between_opening_the_wall_and_shutting_it(client, image, django_assert_num_queries):
    with django_assert_num_queries(3):
        status(client, signed_url(image, "thumbnail"))
    with django_assert_num_queries(0):
        status(client, signed_url(image, "thumbnail", until=datetime(2020, 1, 1, tzinfo=UTC)))


def test_a_picture_whose_file_is_gone_is_not_found(client, image, pictures_of_its_own):
    (pictures_of_its_own / image.workspace_id / image.sha256[:2] / image.sha256).unlink()
    client.force_login(image.created_by)
    assert client.get(reverse("picture", args=[image.id, "original"])).status_code == 404
