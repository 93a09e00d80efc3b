"""Test keys and live keys of one workspace see each other's edits as little as a stranger's."""

import pytest
from django.test import Client

from accounts.key_terms import KeyTerms
from accounts.services.issue_api_key import issue_api_key
from billing.facade import balance
from editor.models import Attempt, Edit, Project
from tests.editor.api.doors import Api, refused, rows
from tests.editor.rows import PRICE, make_attempt, make_edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def test_api(alice, settings) -> Api:
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    terms = KeyTerms("sandbox", is_test=True)
    return Api(issue_api_key(workspace=alice.workspace, created_by=alice.user, terms=terms))


def body(image, **more):
    return {"prompt": "warmer light", "images": [image.id], **more}


def test_a_test_shows_its_price_and_holds_nothing(test_api, alice, image):
    answer = test_api.post("/edits", body(image, n=2, provider="shortapi"))
    assert answer.status_code == 202, answer.content
    edit = answer.json()
    assert edit["is_test"] is True
    assert edit["price"] == {"currency": "USD", "quoted": "0.095000", "held": "0.000000", "charged": "0.000000"}
    assert (Edit.objects.get().is_test, Attempt.objects.get().is_test) == (True, True)
    assert Edit.objects.get().quoted == 2 * PRICE
    assert balance(alice.workspace.id).held == 0


def test_a_test_is_routed_and_refused_like_any_other(test_api, image):
    before = rows()
    refused(test_api.post("/edits", body(image, max_price_usd="0.01")), 422, "price_above_max", "max_price_usd")
    refused(test_api.post("/edits", body(image, provider="shortapi", resolution="4K")), 422, "no_route", None)
    assert rows() == before


def test_neither_key_sees_the_others_edits(test_api, api, image, credit):
    test, live = test_api.post("/edits", body(image)).json(), api.post("/edits", body(image)).json()
    for key, own, foreign in ((test_api, test, live), (api, live, test)):
        assert [edit["id"] for edit in key.get("/edits").json()["data"]] == [own["id"]]
        assert key.get(f"/edits/{own['id']}").json()["is_test"] is (key is test_api)
        same = {"X-Request-ID": "the-same-one"}
        assert key.get(f"/edits/{foreign['id']}", **same).content == key.get("/edits/edt_missing", **same).content
        refused(key.post(f"/edits/{foreign['id']}/cancel"), 404, "not_found")
    assert set(Edit.objects.values_list("cancel_asked", flat=True)) == {False}
    assert test_api.post(f"/edits/{test['id']}/cancel").json()["status"] == "canceled"


def test_neither_key_gets_the_others_answer_under_an_idempotency_key(test_api, api, image, credit):
    first = [key.post("/edits", body(image), Idempotency_Key="once").json()["id"] for key in (test_api, api)]
    assert first[0] != first[1]
    for key, edit_id in zip((test_api, api), first, strict=True):
        again = key.post("/edits", body(image), Idempotency_Key="once")
        assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (edit_id, "true")
    refused(
        test_api.post("/edits", body(image, n=2), Idempotency_Key="once"),
        422,
        "idempotency_key_reused",
        "Idempotency-Key",
    )
    assert Edit.objects.count() == 2


def test_without_a_simulator_the_answer_says_so(test_api, image, settings):
    settings.SIMULATOR_URL = ""
    before = rows()
    assert "simulator" in refused(test_api.post("/edits", body(image)), 503, "unavailable")
    assert rows() == before


def test_pages_show_no_test(alice):
    project = Project.objects.create(workspace=alice.workspace, name="Autumn")
    edit = make_edit(alice.workspace, project=project, is_test=True, prompt="a rehearsal in grey")
    make_attempt(edit, is_test=True)
    page = Client()
    page.force_login(alice.user)
    shown = page.get(f"/projects/{project.id}/")
    assert shown.status_code == 200
    assert "rehearsal" not in shown.content.decode()
    assert edit.id not in shown.content.decode()
    assert page.get(f"/projects/{project.id}/{edit.id}/").status_code == 404
