"""Quotes through the API: what is promised is kept, whatever the price book says by then."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.key_terms import KeyTerms
from accounts.services.issue_api_key import issue_api_key
from billing import facade
from billing.price_book import set_price
from config.env import ProviderEnv
from editor import quotes
from editor.attempts import AttemptState
from editor.models import Edit, Output, ProviderState
from editor.providers.registry import PROVIDERS
from editor.services.finish_edit import finish_edit
from tests.editor.api.doors import Api, refused, rows
from tests.editor.rows import make_attempt, make_image

pytestmark = pytest.mark.django_db
OFF = "is off: it has no API key here"


@pytest.fixture
def two(settings) -> None:
    """ShortAPI and AI/ML API are on."""
    settings.PROVIDERS = {**settings.PROVIDERS, "aimlapi": ProviderEnv("", "a-key", ())}


def reprice(provider: str, amount: int) -> None:
    set_price(provider=provider, model="seedream-4.5", resolutions=["2K"], amount=amount, source="test")


def order(image, **changes) -> dict[str, object]:
    return {"prompt": "warmer light", "images": [image.id], "n": 2, **changes}


def deliver(edit: Edit, provider: str, pictures: int) -> None:
    edit.attempts.all().delete()
    now = timezone.now()
    attempt = make_attempt(edit, AttemptState.DELIVERED, provider=provider, due_at=None, finished_at=now)
    for position in range(1, pictures + 1):
        output = make_image(edit.workspace, is_output=True)
        Output.objects.create(edit=edit, attempt=attempt, image=output, position=position)
    with transaction.atomic():
        finish_edit(Edit.objects.select_for_update().get(id=edit.id))


def aged(quote: str, **changes) -> str:
    """The same quote as if it had been made otherwise."""
    return quotes.sign(replace(quotes.read(quote), **changes))


def test_a_quote_names_price_route_reasons_and_its_time(api, alice, image, two):
    before, now = rows(), timezone.now()
    answer = api.post("/quotes", order(image, max_price_usd="0.2"))
    body = answer.json()
    assert answer.status_code == 200
    assert list(body) == ["id", "object", "is_test", "price", "route", "routing", "created_at", "expires_at"]
    assert (body["object"], body["is_test"]) == ("quote", False)
    assert body["price"] == {
        "currency": "USD",
        "total": "0.105000",
        "units": {"shortapi": "0.047500", "aimlapi": "0.052500"},
    }
    assert body["route"] == ["shortapi", "aimlapi"]
    assert body["routing"] == [
        {"provider": name, "eligible": name in body["route"], "reason": None if name in body["route"] else OFF}
        for name in PROVIDERS
    ]
    made = quotes.read(body["id"]).made_at
    assert timedelta(0) <= now - made < timedelta(minutes=1)
    assert body["expires_at"] == (made + timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    assert rows() == before
    assert facade.balance(alice.workspace.id) == facade.Balance(available=0, held=0, spent=0)


def test_what_was_quoted_is_held_however_the_price_changes_meanwhile(api, alice, image, credit, two):
    """Scenario 21, from the quote to the capture."""
    quote = api.post("/quotes", order(image)).json()
    reprice("shortapi", 90_000)
    reprice("aimlapi", 4_000_000)
    answer = api.post("/edits", order(image, quote=quote["id"]))
    edit = Edit.objects.get()
    assert answer.status_code == 202, answer.content
    assert answer.json()["price"]["quoted"] == quote["price"]["total"]
    assert (edit.quoted, edit.route) == (105_000, ["shortapi", "aimlapi"])
    assert edit.units == {
        "shortapi": {"cost": 90_000, "price": 47_500},
        "aimlapi": {"cost": 4_000_000, "price": 52_500},
    }
    assert edit.quoted_at == quotes.read(quote["id"]).made_at
    assert facade.balance(alice.workspace.id).held == 105_000
    reprice("shortapi", 1_000_000)
    deliver(edit, "shortapi", 2)
    assert api.get(f"/edits/{edit.id}").json()["price"]["charged"] == "0.095000"
    assert facade.balance(alice.workspace.id) == facade.Balance(available=credit - 95_000, held=0, spent=95_000)


def test_the_same_quote_may_be_used_again_while_it_holds(api, image, credit):
    quote = api.post("/quotes", order(image)).json()["id"]
    assert [api.post("/edits", order(image, quote=quote)).status_code for _ in range(2)] == [202, 202]


def test_without_a_prompt_it_holds_for_any(api, image, credit):
    quote = api.post("/quotes", {"images": [image.id], "n": 2}).json()["id"]
    assert api.post("/edits", order(image, quote=quote)).status_code == 202
    assert api.post("/edits", order(image, quote=quote, prompt="another")).status_code == 202


def test_what_is_no_part_of_a_quote_may_differ(api, image, credit):
    quote = api.post("/quotes", order(image)).json()["id"]
    more = {"metadata": {"a": "b"}, "deadline_seconds": 60, "max_price_usd": "1", "quote": quote}
    assert api.post("/edits", order(image, **more)).status_code == 202


def test_pictures_by_url_and_as_data_are_quoted_unseen(api, image):
    data = "data:image/png;base64,AAAA"
    body = api.post("/quotes", {"images": ["https://example.com/a.jpg", data, image.id]}).json()
    assert body["price"]["total"] == "0.047500"


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"n": 1}, "quote_mismatch", "another request"),
        ({"prompt": "cooler"}, "quote_mismatch", "another request"),
        ({"provider": "shortapi"}, "quote_mismatch", "another request"),
        ({"quote": "qte_nonsense"}, "quote_invalid", "not one that this API gave"),
        ({"quote": "x"}, "quote_invalid", "not one that this API gave"),
    ],
)
def test_a_quote_for_something_else_is_refused_and_nothing_is_kept(api, alice, image, credit, *, changes, code, says):
    quote = api.post("/quotes", order(image)).json()["id"]
    before = rows()
    message = refused(api.post("/edits", order(image, **{"quote": quote, **changes})), 422, code, "quote")
    assert says in message
    assert "Nothing was kept or charged" in message
    assert rows() == before
    assert facade.balance(alice.workspace.id).held == 0


def test_after_ten_minutes_it_says_since_when_it_is_over(api, image, credit):
    quote = api.post("/quotes", order(image)).json()["id"]
    made = timezone.now().replace(microsecond=0) - timedelta(minutes=10)
    message = refused(api.post("/edits", order(image, quote=aged(quote, made_at=made))), 422, "quote_expired", "quote")
    assert f"held until {made + timedelta(minutes=10):%H:%M:%S} UTC" in message
    in_time = aged(quote, made_at=made + timedelta(seconds=30))
    assert api.post("/edits", order(image, quote=in_time)).status_code == 202


def test_another_workspaces_quote_reads_like_none(api, alice, mallory, image, credit):
    theirs = make_image(mallory.workspace)
    quote = Api(mallory.key).post("/quotes", order(theirs)).json()["id"]
    same = aged(quote, asked=quotes.read(api.post("/quotes", order(image)).json()["id"]).asked)
    stranger = refused(api.post("/edits", order(image, quote=same)), 422, "quote_invalid", "quote")
    assert stranger == refused(api.post("/edits", order(image, quote="qte_x.y")), 422, "quote_invalid", "quote")


def test_a_test_keys_quote_is_for_tests(alice, api, image, credit, settings):
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    terms = KeyTerms("test", is_test=True)
    tests = Api(issue_api_key(workspace=alice.workspace, created_by=alice.user, terms=terms))
    quote = tests.post("/quotes", order(image)).json()
    assert quote["is_test"] is True
    assert "live one" in refused(api.post("/edits", order(image, quote=quote["id"])), 422, "quote_mismatch", "quote")
    assert tests.post("/edits", order(image, quote=quote["id"])).status_code == 202


def test_a_provider_that_became_unable_is_dropped_with_its_reason_and_no_other_takes_its_place(
    api, image, credit, two, settings
):
    quote = api.post("/quotes", order(image)).json()["id"]
    ProviderState.objects.filter(name="aimlapi").update(
        disabled_at=timezone.now(), disabled_reason="Their bill is wrong"
    )
    settings.PROVIDERS = {**settings.PROVIDERS, "pixazo": ProviderEnv("", "a-key", ())}
    reprice("pixazo", 10_000)
    answer = api.post("/edits", order(image, quote=quote)).json()
    reasons = {verdict["provider"]: verdict["reason"] for verdict in answer["routing"]}
    assert Edit.objects.get().route == ["shortapi"]
    assert "Their bill is wrong" in reasons["aimlapi"]
    assert reasons["pixazo"] == "is not part of the quote: it could not do this then"
    assert answer["price"]["quoted"] == "0.095000"


def test_where_nobody_of_the_quote_is_able_any_more_the_edit_is_refused_with_the_reasons(api, image, credit):
    quote = api.post("/quotes", order(image)).json()["id"]
    ProviderState.objects.filter(name="shortapi").update(disabled_at=timezone.now(), disabled_reason="Their bill")
    before = rows()
    message = refused(api.post("/edits", order(image, quote=quote)), 422, "no_route")
    assert "Their bill" in message
    assert rows() == before


def test_a_replay_answers_as_the_first_did_though_the_quote_is_over(api, image, credit):
    quote = aged(api.post("/quotes", order(image)).json()["id"], made_at=timezone.now() - timedelta(seconds=598))
    first = api.post("/edits", order(image, quote=quote), Idempotency_Key="once")
    over = aged(quote, made_at=timezone.now() - timedelta(hours=1))
    assert first.status_code == 202
    again = api.post("/edits", order(image, quote=quote), Idempotency_Key="once")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    other = api.post("/edits", order(image, quote=over), Idempotency_Key="once")
    refused(other, 422, "idempotency_key_reused", "Idempotency-Key")
    assert Edit.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"images": []}, "images"),
        ({"n": 7}, "n"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 4001}, "prompt"),
        ({"project": "prj_1"}, "project"),
        ({"quote": "qte_1"}, "quote"),
        ({"price": "0.01"}, "price"),
        ({"images": ["img_00000000000000000000000000"]}, "images[0]"),
    ],
)
def test_a_bad_field_is_named(api, image, changes, param):
    refused(api.post("/quotes", order(image, **changes)), 422, "invalid", param)


def test_a_price_above_the_callers_maximum_and_an_edit_nobody_can_do_are_refused(api, image):
    assert "$0.095" in refused(
        api.post("/quotes", order(image, max_price_usd="0.09")), 422, "price_above_max", "max_price_usd"
    )
    assert "shortapi: serves 2K only" in refused(api.post("/quotes", order(image, resolution="4K")), 422, "no_route")
