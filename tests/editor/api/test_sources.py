"""Pictures of an edit given by URL or as data: stored first, and thrown away when the edit is not accepted."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from billing import facade
from billing.ledger import grant
from editor.models import Edit, EditInput, Image
from editor.services.fetch_images import places
from tests.editor.api.doors import picture, refused, rows, stored_files

pytestmark = pytest.mark.django_db
PICTURE = picture()
DATA = "data:image/jpeg;base64," + base64.b64encode(PICTURE).decode()


class Shelf(BaseHTTPRequestHandler):
    """Give the picture to whoever asks, and count."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(PICTURE)))
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def shelf() -> Iterator[str]:
    Shelf.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/cat.jpg"
        server.shutdown()


def test_a_picture_as_data_is_stored_and_edited(api, image, credit):
    answer = api.post("/edits", {"prompt": "x", "images": [DATA, image.id, DATA]})
    assert answer.status_code == 202, answer.content
    first, second, third = answer.json()["images"]
    assert (first, second) == (third, image.id)
    stored = Image.objects.get(id=first)
    assert (stored.bytes, stored.width, stored.height) == (len(PICTURE), 60, 40)
    assert EditInput.objects.count() == 3


def test_a_picture_by_url_is_fetched_and_edited(api, credit, shelf, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    answer = api.post("/edits", {"prompt": "x", "images": [shelf]})
    assert answer.status_code == 202, answer.content
    assert Image.objects.get().filename == "cat.jpg"
    assert Shelf.asked == ["/cat.jpg"]


@pytest.mark.parametrize(
    "bad",
    [
        "http://127.0.0.1:9/x.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/x.jpg",
        "https://user@2130706433/x.jpg",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,???",
        "data:text/plain,hello",
    ],
)
def test_a_bad_source_is_named_and_the_good_one_before_it_is_not_kept(api, credit, alice, bad):
    before = rows(), stored_files(), facade.balance(alice.workspace.id)
    answer = api.post("/edits", {"prompt": "x", "images": [DATA, bad]})
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"]["param"] == "images[1]"
    assert (rows(), stored_files(), facade.balance(alice.workspace.id)) == before


def test_an_address_inside_is_refused_before_any_connection(api, credit, shelf):
    refused(api.post("/edits", {"prompt": "x", "images": [shelf]}), 422, "invalid", "images[0]")
    assert Shelf.asked == []


def test_without_credit_the_picture_is_not_kept(api, alice):
    before = rows(), stored_files()
    refused(api.post("/edits", {"prompt": "x", "images": [DATA]}), 402, "insufficient_credit")
    assert (rows(), stored_files()) == before


def test_a_file_that_was_there_before_stays_when_the_edit_is_refused(api, alice):
    mine = api.upload(PICTURE).json()["id"]
    before = rows(), stored_files()
    refused(api.post("/edits", {"prompt": "x", "images": [DATA]}), 402, "insufficient_credit")
    assert (rows(), stored_files()) == before
    assert b"".join(api.get(f"/images/{mine}/content").streaming_content) == PICTURE


def test_a_replay_fetches_nothing(api, credit, shelf, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    answers = [api.post("/edits", {"prompt": "x", "images": [shelf]}, Idempotency_Key="k").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Shelf.asked == ["/cat.jpg"]
    assert (Edit.objects.count(), Image.objects.count()) == (1, 1)


def test_a_picture_as_data_over_the_limit_is_refused(api, credit):
    large = "data:image/png;base64," + "A" * (21 * 1024 * 1024)
    refused(api.post("/edits", {"prompt": "x", "images": [large]}), 413, "too_large")


@pytest.mark.parametrize(
    ("change", "status", "param"),
    [
        ({"project": "prj_missing"}, 422, "project"),
        ({"images": ["{url}", "img_missing"]}, 422, "images[1]"),
        ({"images": ["img_missing", "{url}"]}, 422, "images[0]"),
        ({"resolution": "4K"}, 422, None),
        ({"max_price_usd": "0.04"}, 422, "max_price_usd"),
        ({"n": 6, "images": ["{url}"] * 2}, 402, None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_hopeless_is_refused_before_anything_is_fetched(api, alice, shelf, settings, change, status, param):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    grant(workspace_id=alice.workspace.id, amount=100_000, key="two pictures")
    before = rows(), stored_files()
    body = {"prompt": "x", "images": [shelf], **change}
    body["images"] = [source.replace("{url}", shelf) for source in body["images"]]
    answer = api.post("/edits", body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)
    assert Shelf.asked == []
    assert (rows(), stored_files()) == before


def test_when_too_many_fetch_the_answer_is_to_come_again(api, credit, shelf, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    for _ in range(settings.FETCHING_REQUESTS):
        assert places.acquire(blocking=False)
    try:
        answer = api.post("/edits", {"prompt": "x", "images": [shelf]})
    finally:
        for _ in range(settings.FETCHING_REQUESTS):
            places.release()
    assert "charged" in refused(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert (Shelf.asked, Image.objects.count()) == ([], 0)
