"""The staff's pages: who may enter, what they show, what can be done there, in how many queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing.ledger import book_cost
from config.env import ProviderEnv
from editor.attempts import AttemptState
from editor.models import Alert, Attempt, Callback, ProviderState
from editor.services.raise_alert import LOST, UNKNOWN, raise_alert
from tests.accounts.doors import enter_as_staff
from tests.editor.rows import COST, make_attempt, make_edit

pytestmark = pytest.mark.django_db
PAGES = ["/staff/", "/staff/providers/", "/staff/unknown/"]
NOTE = "Asked their support"


@pytest.fixture
def sam(db) -> Client:
    client = Client()
    enter_as_staff(client, User.objects.create_user("sam@example.com", "sam's long password", is_staff=True))
    return client


def unknown(person, **columns) -> Attempt:
    facts = {"started_at": timezone.now(), "due_at": None, "payload_sha256": "f" * 64, **columns}
    return make_attempt(make_edit(person.workspace, held=True), AttemptState.UNKNOWN, **facts)


def text_of(answer) -> str:
    """What a page says, without its tags."""
    body = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def nameless(answer) -> str:
    return re.sub(r"req_\w+", "", answer.content.decode())


@pytest.mark.parametrize("path", [*PAGES, "/staff/providers/pixazo/disable/", "/staff/unknown/att_1/disprove/"])
def test_to_everybody_else_these_addresses_are_missing_ones(alice, path):
    member = Client(enforce_csrf_checks=True)
    member.force_login(alice.user)
    gone = User.objects.create_user("gone@example.com", "gone's long password", is_staff=True)
    former = Client()
    former.force_login(gone)
    User.objects.filter(id=gone.id).update(is_active=False)
    missing = nameless(member.get("/missing/"))
    for client in (Client(), member, former):
        for answer in (client.get(path), client.post(path, {"reason": "mischief", "note": "mischief"})):
            assert (answer.status_code, nameless(answer)) == (404, missing)
    assert not ProviderState.objects.exclude(disabled_at=None).exists()


def test_only_staff_have_a_link_in_the_rail(sam, alice):
    member = Client()
    member.force_login(alice.user)
    assert 'href="/staff/"' not in member.get("/").content.decode()
    assert 'href="/staff/"' in sam.get("/staff/").content.decode()


def test_a_form_from_elsewhere_is_refused_to_staff_too(sam):
    client = Client(enforce_csrf_checks=True)
    client.cookies = sam.cookies
    assert client.post("/staff/providers/pixazo/disable/", {"reason": "forged"}).status_code == 403
    assert ProviderState.objects.get(name="pixazo").disabled_at is None


def test_with_nothing_to_do_the_pages_say_so(sam):
    assert "No open alerts" in text_of(sam.get("/staff/"))
    assert "Every order is accounted for" in text_of(sam.get("/staff/unknown/"))
    assert text_of(sam.get("/staff/providers/")).count("None among its latest orders.") == 5


def test_an_alert_is_shown_and_closed_with_a_note(sam):
    for _ in range(3):
        raise_alert(kind=LOST, subject="att_9", message="shortapi: $0.038 may be owed")
    alert = Alert.objects.get()
    said = text_of(sam.get("/staff/"))
    for words in ("1 open alert", "A lost order att_9", "$0.038 may be owed", "3 times"):
        assert words in said
    refused = sam.post(f"/staff/alerts/{alert.id}/close/", {"note": " "})
    assert (refused.status_code, "Note takes 1 to 500 characters; 0 given." in text_of(refused)) == (422, True)
    done = sam.post(f"/staff/alerts/{alert.id}/close/", {"note": NOTE}, follow=True)
    assert "The alert is closed. No open alerts" in text_of(done)
    assert Alert.objects.get().closed_by == User.objects.get(email="sam@example.com")
    assert "was closed meanwhile" in text_of(sam.post(f"/staff/alerts/{alert.id}/close/", {"note": NOTE}, follow=True))


@pytest.mark.parametrize("page", ["/staff/", "/staff/unknown/"])
def test_an_open_page_hears_of_changes_and_of_nothing_else(sam, alice, credit, page):
    seen = re.search(r"seen=([\w.]*)", sam.get(page).content.decode())
    assert seen
    assert sam.get(page, {"seen": seen[1]}).status_code == 204
    raise_alert(kind=UNKNOWN, subject=unknown(alice).id, message="unknown")
    changed = sam.get(page, {"seen": seen[1]})
    assert (changed.status_code, "This list has changed" in changed.content.decode()) == (200, True)


def test_a_card_says_how_a_provider_is(sam, alice, settings):
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": ProviderEnv("", "key-of-shortapi", ())}
    ProviderState.objects.filter(name="shortapi").update(median_seconds=4.52, p95_seconds=123.4, success_rate=0.987)
    make_attempt(make_edit(alice.workspace))
    for state in (AttemptState.ACCEPTED, AttemptState.UNKNOWN):
        make_attempt(make_edit(alice.workspace), state)
    ended = {"finished_at": timezone.now() - timedelta(hours=2), "error_code": "rejected"}
    said = "bad key key-of-shortapi at https://shortapi.ai/v1?sig=abc with Bearer abc.def"
    make_attempt(make_edit(alice.workspace), AttemptState.REJECTED, error_message=said, **ended)
    book_cost(attempt="att_1", provider="shortapi", amount=COST, certain=False)
    page = sam.get("/staff/providers/", headers={"HX-Request": "true"}).content.decode()
    now = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="now-shortapi"')[1].split('id="now-pixazo"')[0]))
    for words in (
        "✓ working", "Half take 4.5 s", "95 % take 123 s", "Success 98.7 %", "In flight 2 1 unknown", "Waiting 1",
        "Suspense today $0.038", "Price, 2K $0.038", "Price, 4K none", "Evidence C", "rejected 2 hours ago",
        "bad key … at shortapi.ai/… with …",
    ):  # fmt: skip
        assert words in now, words
    assert 'hx-swap-oob="true"' in page
    assert "key-of-shortapi" not in page


def test_a_provider_is_switched_off_and_on(sam):
    refused = sam.post("/staff/providers/pixazo/disable/", {"reason": ""})
    assert (refused.status_code, "Reason takes 1 to 500 characters" in text_of(refused)) == (422, True)
    off = text_of(sam.post("/staff/providers/pixazo/disable/", {"reason": "Their <bill> is wrong"}, follow=True))
    assert "Nothing new goes to pixazo until it is enabled." in off
    assert "“Their &lt;bill&gt; is wrong” sam@example.com" in off
    assert "Disable pixazo" not in off
    on = text_of(sam.post("/staff/providers/pixazo/enable/", follow=True))
    assert "pixazo is enabled." in on
    assert "enabled already" in text_of(sam.post("/staff/providers/pixazo/enable/", follow=True))
    assert sam.post("/staff/providers/acme/enable/").status_code == 404


def test_an_open_breaker_says_why_and_is_tried_on_demand(sam):
    soon = timezone.now() + timedelta(minutes=5)
    ProviderState.objects.filter(name="apipod").update(open_until=soon, open_code="failing", open_reason="HTTP 500")
    shown = text_of(sam.get("/staff/providers/"))
    for words in ("breaker open", "HTTP 500", f"Tried again at {soon:%H:%M:%S} UTC.", "Try apipod now"):
        assert words in shown
    tried = text_of(sam.post("/staff/providers/apipod/try/", follow=True))
    assert "The next order for apipod tries it." in tried
    assert "being tried" in tried
    assert "not open any more" in text_of(sam.post("/staff/providers/apipod/try/", follow=True))


def test_of_an_unknown_order_everything_known_is_said_but_the_prompt(sam, credit):
    attempt = unknown(credit, epoch=4, hinted_ticket="job-7", error_code="outcome_unknown", error_message="cut off")
    Callback.objects.create(attempt=attempt, body=b"{}")
    said = text_of(sam.get("/staff/unknown/"))
    for words in (
        "1 unknown, 0 lost", f"shortapi {attempt.id}", "cut off", "Only a callback, or a job id",
        "Expected cost $0.038",
        "Error outcome_unknown", "Callbacks 1, last just now", "Taken up 4 times", "Workspace Alice&#x27;s studio",
        attempt.edit_id, "job-7 , not confirmed", "f" * 64, "Adopt a job", "Nothing was made", "Give it up now",
    ):  # fmt: skip
        assert words in said, words
    assert "warmer light" not in said


def test_the_three_deeds_by_their_forms(sam, credit):
    adopted, disproved, given_up = unknown(credit), unknown(credit), unknown(credit)
    for attempt, act, says in (
        (adopted, "adopt", "is being asked after that job"),
        (disproved, "disprove", "Taken down as not made."),
        (given_up, "give-up", "Given up. The customer was not charged"),
    ):
        form = {"note": NOTE, "epoch": "0", "ticket": "job-7"}
        assert says in text_of(sam.post(f"/staff/unknown/{attempt.id}/{act}/", form, follow=True))
        attempt.refresh_from_db()
    assert (adopted.state, adopted.hinted_ticket) == ("unknown", "job-7")
    assert (disproved.state, given_up.state) == ("rejected", "lost")
    page = text_of(sam.get("/staff/unknown/"))
    assert "1 unknown, 1 lost" in page
    assert page.count("Give it up now") == 2  # the button and, in its form, the other one: of the unknown alone


@pytest.mark.parametrize("act", ["adopt", "disprove", "give-up"])
def test_a_bad_form_is_shown_again_as_it_was_and_nothing_is_done(sam, credit, act):
    attempt = unknown(credit)
    address = f"/staff/unknown/{attempt.id}/{act}/"
    answer = sam.post(address, {"note": "", "epoch": "0", "ticket": "job-7"})
    assert (answer.status_code, "Note takes 1 to 500 characters; 0 given." in text_of(answer)) == (422, True)
    assert answer.content.decode().count('<details class="deed" open>') == 1
    for epoch in ("", "x", "-1", "9" * 30, "²"):
        assert sam.post(address, {"note": NOTE, "epoch": epoch, "ticket": "job-7"}).status_code == 422
    behind = sam.post(address, {"note": NOTE, "epoch": "7", "ticket": "job-7"}, follow=True)
    assert "since you saw it" in text_of(behind)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.hinted_ticket) == ("unknown", "")


def test_a_deed_or_an_order_that_does_not_exist_is_404(sam, credit):
    attempt = unknown(credit)
    form = {"note": NOTE, "epoch": "0"}
    assert sam.post(f"/staff/unknown/{attempt.id}/burn/", form).status_code == 404
    assert sam.post("/staff/unknown/att_none/disprove/", form).status_code == 404
    assert sam.post("/staff/alerts/99999999999999999999999/close/", {"note": NOTE}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_many_rows_take_no_more_queries_than_one(sam, credit, page):
    def ask() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert sam.get(page).status_code == 200
        return len(caught)

    def more() -> None:
        for state in (AttemptState.REJECTED, AttemptState.LOST):
            attempt = make_attempt(make_edit(credit.workspace), state, finished_at=timezone.now())
            raise_alert(kind=LOST, subject=attempt.id, message="lost")
        unknown(credit)

    more()
    few = ask()
    for _ in range(4):
        more()
    assert ask() == few <= 16


def test_many_unknown_orders_are_shown_page_by_page_the_most_urgent_first(sam, credit):
    made = [unknown(credit) for _ in range(13)]
    for attempt in made[:2]:
        raise_alert(kind=LOST, subject=attempt.id, message="lost")
    Attempt.objects.filter(id__in=[made[0].id, made[1].id]).update(state="lost", finished_at=timezone.now())
    first = sam.get("/staff/unknown/").content.decode()
    assert first.count('<li class="case"') == 12
    assert len(first) < 60_000
    second = sam.get("/staff/unknown/", {"skip": "12"}).content.decode()
    assert second.count('<li class="case"') == 1
    assert ("Less urgent ones" in first, "Less urgent ones" in second) == (True, False)
    assert all((f'id="{one.id}"' in first) is not (f'id="{one.id}"' in second) for one in made)


def test_many_alerts_are_shown_page_by_page(sam):
    for number in range(41):
        raise_alert(kind=LOST, subject=f"att_{number:026}", message="shortapi: $0.038 may be owed for no picture")
    first = sam.get("/staff/").content.decode()
    assert ("41 open alerts" in first, first.count('<li class="case"'), len(first) < 60_000) == (True, 40, True)
    second = sam.get("/staff/", {"skip": "40"}).content.decode()
    assert second.count('<li class="case"') == 1
    form = re.search(r'action="(/staff/alerts/[^"]*)"', second)
    assert form
    assert "Note takes 1 to 500 characters" in text_of(sam.post(form[1], {"note": ""}))


@pytest.mark.parametrize("skip", ["-1", "x", "", "²", "9" * 30])
def test_a_page_that_makes_no_sense_is_the_first(sam, skip):
    raise_alert(kind=LOST, subject="att_1", message="lost")
    assert "att_1" in sam.get("/staff/", {"skip": skip}).content.decode()
    assert sam.get("/staff/unknown/", {"skip": skip}).status_code == 200
