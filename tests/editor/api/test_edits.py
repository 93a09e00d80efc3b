"""Edits through the API: order, look, list, cancel."""

import pytest
from django.utils import timezone

from billing import facade
from editor.attempts import AttemptState
from editor.models import Attempt, Edit, EditInput, Output, Project
from editor.providers.registry import PROVIDERS
from tests.editor.api.doors import WALL, refused
from tests.editor.rows import make_attempt, make_edit, make_image

pytestmark = pytest.mark.django_db
KEYS = [
    "id", "object", "is_test", "status", "model", "prompt", "aspect_ratio", "resolution", "n", "provider", "images",
    "project", "metadata", "outputs", "price", "attempts", "routing", "error", "created_at", "finished_at",
    "erased_at",
]  # fmt: skip


def test_an_order_is_answered_with_the_whole_edit(api, alice, image, credit):
    body = {"prompt": " warmer light ", "images": [image.id], "metadata": {"order": "17"}, "max_price_usd": "0.05"}
    answer = api.post("/edits", body)
    edit = Edit.objects.get()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/edits/{edit.id}"
    assert list(answer.json()) == KEYS
    assert answer.json() == {
        "id": edit.id,
        "object": "edit",
        "is_test": False,
        "status": "queued",
        "model": "seedream-4.5",
        "prompt": "warmer light",
        "aspect_ratio": "match_input",
        "resolution": "2K",
        "n": 1,
        "provider": None,
        "images": [image.id],
        "project": Project.objects.get(is_default=True).id,
        "metadata": {"order": "17"},
        "outputs": [],
        "price": {"currency": "USD", "quoted": "0.047500", "held": "0.047500", "charged": "0.000000"},
        "attempts": [],
        "routing": [
            {"provider": "shortapi", "eligible": True, "reason": None},
            *(
                {"provider": name, "eligible": False, "reason": "is off: it has no API key here"}
                for name in PROVIDERS
                if name != "shortapi"
            ),
        ],
        "error": None,
        "created_at": edit.created_at.isoformat().replace("+00:00", "Z"),
        "finished_at": None,
        "erased_at": None,
    }
    assert facade.balance(alice.workspace.id).held == 47_500
    assert api.get(f"/edits/{edit.id}").json() == answer.json()


def test_every_setting_reaches_the_edit(api, alice, image, credit):
    shelf = Project.objects.create(workspace=alice.workspace, name="Autumn")
    second = make_image(alice.workspace)
    answer = api.post(
        "/edits",
        {
            "prompt": "put 2 into 1",
            "images": [second.id, image.id, second.id],
            "model": "seedream-4.5",
            "aspect_ratio": "16:9",
            "resolution": "2K",
            "n": 3,
            "provider": "shortapi",
            "strategy": "reliable",
            "watermark": False,
            "seed": None,
            "project": shelf.id,
            "max_price_usd": 0.2,
            "deadline_seconds": 60,
            "metadata": {},
        },
    )
    assert answer.status_code == 202, answer.content
    edit = Edit.objects.get()
    assert (edit.aspect_ratio, edit.n, edit.provider_asked, edit.strategy) == ("16:9", 3, "shortapi", "reliable")
    assert (edit.watermark, edit.seed, edit.max_price, edit.deadline_seconds) == (False, None, 200_000, 60)
    assert edit.project_id == shelf.id
    assert edit.api_key in alice.workspace.api_keys.all()
    inputs = EditInput.objects.filter(edit=edit).values_list("image_id", flat=True)
    assert list(inputs) == answer.json()["images"] == [second.id, image.id, second.id]


def test_a_finished_edit_shows_outputs_attempts_and_what_was_charged(api, alice):
    now = timezone.now()
    edit = make_edit(
        alice.workspace,
        status="succeeded",
        finished_at=now,
        charged=47_500,
        provider="shortapi",
        routing=[
            {"provider": "shortapi", "eligible": True, "reason": ""},
            {"provider": "pixazo", "eligible": False, "reason": "takes 1 reference, 3 given"},
        ],
    )
    make_attempt(edit, AttemptState.NOT_SENT, error_code="not_sent", error_message="10.0.0.3 refused", finished_at=now)
    attempt = make_attempt(edit, AttemptState.DELIVERED, started_at=now, finished_at=now)
    picture = make_image(alice.workspace, is_output=True, width=2048, height=1536, bytes=812_345, sha256="a" * 64)
    Output.objects.create(edit=edit, attempt=attempt, image=picture, position=1)
    shown = api.get(f"/edits/{edit.id}").json()
    moment = now.isoformat().replace("+00:00", "Z")
    url = shown["outputs"][0].pop("url")
    assert url.startswith("http://localhost:8000/")
    assert shown["outputs"] == [
        {
            "id": picture.id,
            "width": 2048,
            "height": 1536,
            "bytes": 812_345,
            "content_type": "image/jpeg",
            "sha256": "a" * 64,
            "late": False,
        }
    ]
    assert shown["price"] == {"currency": "USD", "quoted": "0.047500", "held": "0.000000", "charged": "0.047500"}
    assert [attempt["status"] for attempt in shown["attempts"]] == ["not_sent", "delivered"]
    assert shown["attempts"][0]["error"]["code"] == "not_sent"
    assert "10.0.0.3" not in str(shown)
    assert shown["attempts"][1] == {
        "provider": "shortapi", "status": "delivered", "error": None, "started_at": moment, "finished_at": moment,
    }  # fmt: skip
    assert shown["routing"][0]["reason"] is None
    assert shown["routing"][1]["reason"] == "takes 1 reference, 3 given"


def test_a_failed_edit_says_why(api, alice):
    edit = make_edit(
        alice.workspace,
        status="failed",
        finished_at=timezone.now(),
        error_code="lost",
        error_message="No picture came.",
    )
    shown = api.get(f"/edits/{edit.id}").json()
    assert shown["error"] == {"code": "lost", "message": "No picture came."}


def test_an_edit_is_read_in_one_query_besides_the_key(api, alice, django_assert_num_queries):
    edit = make_edit(alice.workspace, n=3)
    for position in range(1, 4):
        attempt = make_attempt(edit, AttemptState.DELIVERED, part=position)
        Output.objects.create(edit=edit, attempt=attempt, image=make_image(alice.workspace), position=1)
    api.get("/balance")  # whose first use in a minute is noted
    with django_assert_num_queries(2 + WALL):
        assert len(api.get(f"/edits/{edit.id}").json()["outputs"]) == 3


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_edit_of_another_workspace_answers_like_a_missing_one(api, mallory, method):
    theirs = make_edit(mallory.workspace)
    ask = api.get if method == "get" else lambda path: api.post(f"{path}/cancel")
    messages = {
        refused(ask(f"/edits/{edit_id}"), 404, "not_found") for edit_id in (theirs.id, "edt_missing", "x" * 300)
    }
    assert messages == {"There is no such edit in this workspace."}
    assert Edit.objects.get().status == "queued"


def test_a_list_turns_its_pages_newest_first(api, alice, mallory, django_assert_num_queries):
    made = [make_edit(alice.workspace).id for _ in range(5)]
    make_edit(mallory.workspace)
    seen, query = [], "limit=2"
    api.get("/balance")  # whose first use in a minute is noted
    while query:
        with django_assert_num_queries(3 + WALL):
            page = api.get(f"/edits?{query}").json()
        assert list(page) == ["data", "next"]
        seen += [edit["id"] for edit in page["data"]]
        query = page["next"] and f"limit=2&cursor={page['next']}"
    assert seen == sorted(made, reverse=True)


def test_a_list_is_narrowed_by_project_and_status(api, alice):
    done = make_edit(alice.workspace, status="canceled", finished_at=timezone.now())
    make_edit(alice.workspace)
    other = Project.objects.create(workspace=alice.workspace, name="Other")
    moved = make_edit(alice.workspace, project=other)
    assert [edit["id"] for edit in api.get("/edits?status=canceled").json()["data"]] == [done.id]
    assert [edit["id"] for edit in api.get(f"/edits?project={other.id}").json()["data"]] == [moved.id]
    assert api.get("/edits?project=prj_missing").json() == {"data": [], "next": None}


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("cursor=%00", "cursor"),
        ("cursor=AAAA", "cursor"), ("cursor=ä", "cursor"), ("status=done", "status"), ("project=%00", "project"),
        ("sort=price", "sort"), ("limit=1&limit=2", "limit"),
    ],
)  # fmt: skip
def test_a_bad_query_is_refused(api, query, param):
    refused(api.get(f"/edits?{query}"), 422, "invalid", param)


def test_an_edit_that_was_not_sent_is_canceled_and_its_credit_given_back(api, alice, credit, image):
    edit_id = api.post("/edits", {"prompt": "x", "images": [image.id]}).json()["id"]
    answer = api.post(f"/edits/{edit_id}/cancel")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["price"]["held"]) == ("canceled", "0.000000")
    assert answer.json()["error"] is None
    assert facade.balance(alice.workspace.id).available == credit
    assert api.post(f"/edits/{edit_id}/cancel").json() == answer.json()


def test_an_edit_that_was_sent_follows_its_outcome(api, credit, image):
    edit_id = api.post("/edits", {"prompt": "x", "images": [image.id]}).json()["id"]
    Attempt.objects.update(state=AttemptState.ACCEPTED, ticket="job_1")
    answer = api.post(f"/edits/{edit_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    assert answer.json()["price"]["held"] == "0.047500"
