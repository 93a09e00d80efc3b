"""A picture named by its address, or written into the request itself."""

import base64
import http.server
import threading

import pytest

from editor.domain import Actor
from editor.errors import Busy, InvalidInput, TooLarge
from editor.images.errors import BadPicture
from editor.models import Image
from editor.services.fetch_images import fetch_images, places
from tests import pictures


@pytest.fixture
def site(settings):
    """A real web server on loopback, which the operator has opened; pages are `{path: bytes}`."""
    pages: dict[str, bytes] = {}
    four = threading.Barrier(4)

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/together/"):
                four.wait(timeout=20)  # breaks, and the page with it, unless four come together
            found = pages.get(self.path, pictures.png() if self.path.startswith("/together/") else None)
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *args):
            pass

    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.1/32",)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield pages, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetch(person, source: str) -> Image:
    actor = Actor(person.workspace.id, user_id=person.user.id)
    (image,) = fetch_images(actor=actor, sources={"images[2]": source}, project_id=None)
    return image


def test_a_picture_is_fetched_and_called_by_its_name(alice, site):
    pages, address = site
    pages["/a/caf%C3%A9.png?token=1"] = pictures.png()
    image = fetch(alice, f"{address}/a/caf%C3%A9.png?token=1")
    assert (image.filename, image.content_type, image.width) == ("café.png", "image/png", 96)
    assert image.workspace == alice.workspace
    assert not image.is_output


@pytest.mark.parametrize("head", ["data:image/png;base64,", "DATA:;base64,", "data:image/jpeg;name=x.jpg;base64,"])
def test_a_data_uri_is_unpacked_whatever_type_it_claims(alice, head):
    image = fetch(alice, head + base64.b64encode(pictures.png()).decode())
    assert (image.content_type, image.filename) == ("image/png", "")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("house.jpg", "is neither an image id, an http(s) URL nor a data URI"),
        ("file:///etc/passwd", "is neither an image id"),
        ("data:image/png,plain", "is not a data URI in base64"),
        ("data:image/png;base64,@@@@", "is a data URI whose base64 is broken"),
        ("data:image/png;base64,é", "is a data URI whose base64 is broken"),
        ("http://127.0.0.2/", "could not be fetched: the address is not allowed, or gave no picture within 30 s"),
        ("http://169.254.169.254/", "could not be fetched: the address is not allowed, or gave no picture within 30 s"),
        ("{site}/missing", "could not be fetched: the address is not allowed, or gave no picture within 30 s"),
    ],
)
def test_what_cannot_be_had_is_refused_by_field_and_nothing_is_kept(alice, site, source, problem):
    _, address = site
    with pytest.raises(InvalidInput) as refusal:
        fetch(alice, source.replace("{site}", address))
    assert refusal.value.message.startswith(f"images[2] {problem}")
    assert refusal.value.message.endswith("Nothing was stored or charged.")
    assert refusal.value.param == "images[2]"
    assert Image.objects.count() == 0


def test_what_comes_is_looked_at_like_an_upload(alice, site):
    pages, address = site
    pages["/page"] = b"<html>"
    for source in (f"{address}/page", "data:image/png;base64," + base64.b64encode(b"<html>").decode()):
        with pytest.raises(BadPicture) as refusal:
            fetch(alice, source)
        assert refusal.value.message.startswith("images[2] is not a JPEG")
    assert Image.objects.count() == 0


def test_over_25_mb_is_too_large_by_either_way(alice, site):
    pages, address = site
    pages["/big"] = bytes(26 * 2**20)
    for source in (f"{address}/big", "data:image/png;base64," + "A" * (36 * 2**20)):
        with pytest.raises(TooLarge) as refusal:
            fetch(alice, source)
        assert refusal.value.message.startswith("images[2] is more than 25 MiB; the limit is 25 MiB.")
    assert Image.objects.count() == 0


@pytest.mark.parametrize("text", ["a", "a/", ";a=b", ";", "base64,"])
def test_a_megabyte_that_is_no_data_uri_is_refused_at_once(alice, text):
    with pytest.raises(InvalidInput):
        fetch(alice, "data:" + text * (2**20 // len(text)))
    assert Image.objects.count() == 0


def test_several_are_kept_in_the_order_asked_and_one_that_fails_keeps_none(alice, site):
    pages, address = site
    pages["/a.png"], pages["/b.jpg"] = pictures.png(), pictures.jpeg()
    actor = Actor(alice.workspace.id)
    data = "data:;base64," + base64.b64encode(pictures.webp()).decode()
    good = {"images[0]": f"{address}/a.png", "images[1]": data, "images[2]": f"{address}/b.jpg"}
    bad = {**good, "images[3]": "data:;base64," + base64.b64encode(b"<html>").decode()}
    with pytest.raises(BadPicture) as refusal:
        fetch_images(actor=actor, sources=bad, project_id=None)
    assert refusal.value.param == "images[3]"
    assert Image.objects.count() == 0
    kept = fetch_images(actor=actor, sources=good, project_id=None)
    assert [image.filename for image in kept] == ["a.png", "", "b.jpg"]


def test_four_are_fetched_at_once(alice, site):
    _, address = site
    sources = {f"images[{position}]": f"{address}/together/{position}" for position in range(8)}
    kept = fetch_images(actor=Actor(alice.workspace.id), sources=sources, project_id=None)
    assert len(kept) == 8


def test_when_too_many_fetch_the_next_is_told_to_come_again_but_data_needs_no_place(alice, site, settings):
    _, address = site
    for _ in range(settings.FETCHING_REQUESTS):
        assert places.acquire(blocking=False)
    try:
        with pytest.raises(Busy):
            fetch(alice, f"{address}/a.png")
        assert Image.objects.count() == 0
        fetch(alice, "data:;base64," + base64.b64encode(pictures.png()).decode())
    finally:
        for _ in range(settings.FETCHING_REQUESTS):
            places.release()
