"""Sessions: a new id at sign-in, seen and ended from a list, over after a while, dead once the password is changed."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.entrance.sessions import BEGAN, SEEN, is_over
from accounts.templatetags.browsers import browser_words
from tests.accounts.doors import confirm_it_is_me, give_password, is_in

pytestmark = pytest.mark.django_db
DAY = 24 * 3600.0
PLACES = "/accounts/sessions/"


@pytest.fixture(autouse=True)
def _patience() -> None:
    cache.clear()


def grow_old(client: Client, **ago: float) -> None:
    session = client.session
    for name, seconds in ago.items():
        session[{"began": BEGAN, "seen": SEEN}[name]] = time.time() - seconds
    session.save()


def key_of(client: Client) -> str:
    return str(client.cookies["session"].value)


def test_signing_in_takes_a_new_id_and_the_old_one_is_dead(client, alice):
    client.get("/accounts/2fa/passkeys/login/", headers={"Accept": "application/json"})  # a stranger's session
    before = key_of(client)
    give_password(client, alice)
    assert key_of(client) != before
    thief = Client()
    thief.cookies["session"] = before
    assert not is_in(thief)
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_kills_the_id(client, alice):
    give_password(client, alice)
    thief = Client()
    thief.cookies["session"] = key_of(client)
    assert is_in(thief)
    client.post("/accounts/logout/")
    assert not is_in(thief)


@pytest.mark.parametrize(
    ("ago", "lives"),
    [
        ({"seen": 6 * DAY}, True),
        ({"seen": 8 * DAY}, False),
        ({"began": 29 * DAY, "seen": 60}, True),
        ({"began": 31 * DAY, "seen": 60}, False),
    ],
)
def test_a_session_ends_when_it_is_not_used_and_at_the_latest_after_a_month(client, alice, ago, lives):
    give_password(client, alice)
    grow_old(client, **ago)
    assert is_in(client) is lives
    assert Session.objects.filter(session_key=key_of(client)).exists() is lives


def test_use_is_noted_at_most_every_five_minutes(client, alice):
    give_password(client, alice)
    grow_old(client, seen=200)
    seen = client.session[SEEN]
    client.get("/accounts/")
    assert client.session[SEEN] == seen
    grow_old(client, seen=400)
    client.get("/accounts/")
    assert client.session[SEEN] > seen


def test_a_session_that_took_anothers_place_is_counted_from_its_first_use(client, alice, bob):
    client.force_login(alice.user)
    client.force_login(bob.user)
    client.get("/accounts/")
    assert client.session[BEGAN] > 0
    grow_old(client, began=31 * DAY, seen=60)
    assert not is_in(client)


@pytest.mark.parametrize(("data", "over"), [({}, False), ({SEEN: 0.0}, True), ({BEGAN: 0.0, SEEN: 1e9}, True)])
def test_when_a_session_is_over(data, over):
    assert is_over(data, 1e9) is over


def test_changing_the_password_ends_every_other_session_and_asks_for_the_old_one(client, alice):
    other = Client()
    give_password(client, alice)
    give_password(other, alice)
    before = key_of(client)
    form = {"oldpassword": "wrong", "password1": "a new long password", "password2": "a new long password"}
    confirm_it_is_me(client, alice)
    assert "not your password" in client.post("/accounts/password/change/", form).text
    assert is_in(other)
    client.post("/accounts/password/change/", {**form, "oldpassword": "alice's long password"})
    assert is_in(client)
    assert not is_in(other)
    assert key_of(client) != before


def test_alice_sees_where_she_is_signed_in_and_ends_one_place(client, alice):
    phone = Client(headers={"User-Agent": "A phone"})
    give_password(client, alice, headers={"User-Agent": "A desk"})
    give_password(phone, alice)
    page = client.get(PLACES).text
    assert "A phone" in page
    assert page.index("A desk") < page.index("A phone")
    there = UserSession.objects.get(user_agent="A phone")
    assert client.post(f"{PLACES}{there.id}/end/")["Location"] == PLACES
    assert not is_in(phone)
    assert is_in(client)


def test_alice_ends_all_other_places_at_once(client, alice):
    others = [Client() for _ in range(3)]
    for one in (client, *others):
        give_password(one, alice)
    client.post(f"{PLACES}end-others/")
    assert [is_in(one) for one in others] == [False] * 3
    assert is_in(client)
    assert UserSession.objects.count() == 1


def test_ending_the_session_one_is_in_signs_out(client, alice):
    give_password(client, alice)
    assert client.post(f"{PLACES}{UserSession.objects.get().id}/end/")["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_mallory_can_neither_see_nor_end_the_sessions_of_alice(client, alice, mallory):
    hers = Client()
    give_password(hers, alice, headers={"User-Agent": "Alice's own"})
    give_password(client, mallory)
    assert "Alice&#x27;s own" not in client.get(PLACES).text
    number = UserSession.objects.get(user=alice.user).id
    assert client.post(f"{PLACES}{number}/end/").status_code == 404
    assert is_in(hers)


def test_the_list_takes_as_many_queries_for_thirty_sessions_as_for_two(client, alice):
    give_password(client, alice)
    give_password(Client(), alice)
    counts = []
    for more in (0, 28):
        for _ in range(more):
            one = Client()
            one.force_login(alice.user)
            UserSession.objects.create(user=alice.user, ip="192.0.2.1", session_key=key_of(one))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(PLACES)
        counts.append((len(asked), page.text.count("/end/")))
    assert counts[0][0] == counts[1][0] <= 12
    assert [found for _, found in counts] == [2, 30]


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("curl/8.5.0", "curl/8.5.0"), ("", "Unknown browser"), ("x" * 200, "x" * 90),
    ],
)  # fmt: skip
def test_a_browser_is_named_for_people(user_agent, said):
    assert browser_words(user_agent) == said
