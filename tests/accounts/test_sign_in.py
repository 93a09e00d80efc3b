"""Signing in by password and by code, how often one may try, and where one goes after."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.doors import add_app, code_in_mail, give_password, is_in

pytestmark = pytest.mark.django_db
WRONG = "The address or the password is not correct."
TOO_MANY = "Too many tries."


@pytest.fixture(autouse=True)
def _patience() -> None:
    cache.clear()


def test_alice_signs_in_by_password_whatever_the_case_of_her_address(client, alice):
    answer = client.post("/accounts/login/", {"login": "ALICE@Example.com", "password": "alice's long password"})
    assert answer["Location"] == "/"
    assert is_in(client)


def test_alice_signs_in_by_a_code_that_works_once(client, alice):
    client.post("/accounts/login/code/", {"email": "alice@example.com"})
    code = code_in_mail()
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/"
    assert is_in(client)
    other = Client()
    other.post("/accounts/login/code/confirm/", {"code": code})
    assert not is_in(other)


def test_a_code_is_good_only_where_it_was_asked_for(client, alice):
    client.post("/accounts/login/code/", {"email": "alice@example.com"})
    code, mallory = code_in_mail(), Client()
    mallory.post("/accounts/login/code/", {"email": "alice@example.com"})
    mallory.post("/accounts/login/code/confirm/", {"code": code})
    assert not is_in(mallory)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(alice):
    known, unknown = Client(), Client()
    to_alice = give_password(known, alice, "not hers at all")
    to_nobody = unknown.post("/accounts/login/", {"login": "nobody@example.com", "password": "not hers at all"})
    assert WRONG in to_alice.text
    assert (to_alice.status_code, plain(to_alice.text)) == (to_nobody.status_code, plain(to_nobody.text))


@pytest.mark.parametrize(
    ("path", "page"),
    [("/accounts/login/code/", "/accounts/login/code/confirm/"), ("/accounts/password/reset/", None)],
)
def test_asking_for_a_code_or_a_link_tells_nobody_who_has_an_account(alice, path, page):
    pages = []
    for address in ("alice@example.com", "nobody@example.com"):
        visitor = Client()
        answer = visitor.post(path, {"email": address})
        pages.append((answer.status_code, answer["Location"], plain(visitor.get(page or answer["Location"]).text)))
    assert pages[0] == pages[1]
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"], ["nobody@example.com"]]
    assert mail.outbox[1].subject == "There is no account here yet"


def test_the_sixth_wrong_password_in_five_minutes_is_not_even_looked_at(client, alice):
    for _ in range(5):
        assert WRONG in give_password(client, alice, "wrong").text
    assert TOO_MANY in give_password(client, alice, "wrong").text
    assert TOO_MANY in give_password(client, alice).text
    assert not is_in(client)


def test_a_made_up_forwarded_for_is_no_way_around_it(client, alice):
    """Without https nobody is trusted to name addresses: 1,000 of them count as the one they came from."""
    answers = [
        client.post(
            "/accounts/login/",
            {"login": f"user{number}@example.com", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.{number // 250}.{number % 250}.1"},
        )
        for number in range(1000)
    ]
    assert [WRONG in answer.text for answer in answers[:10]] == [True] * 10
    assert not any(WRONG in answer.text for answer in answers[10:])
    assert {answer.status_code for answer in answers[40:]} == {429}


def test_behind_our_proxy_only_the_address_that_it_saw_counts(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [
        client.post(
            "/accounts/login/",
            {"login": f"user{number}@example.com", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.7"},
        )
        for number in range(12)
    ]
    assert [WRONG in answer.text for answer in answers] == [True] * 10 + [False] * 2
    elsewhere = client.post(
        "/accounts/login/",
        {"login": "nobody@example.com", "password": "wrong"},
        headers={"X-Forwarded-For": "203.0.113.7, 198.51.100.9"},
    )
    assert WRONG in elsewhere.text


def test_too_many_sign_ups_get_a_page_that_says_so(client):
    answers = [client.post("/accounts/signup/", {"email": "nobody"}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "Too many tries." in answers[-1].text
    assert "Wait a minute" in answers[-1].text


@pytest.mark.parametrize(
    "there",
    ["//evil.example", "https://evil.example/", "https:evil.example", "javascript:alert(1)", "/\\evil.example",
     "\\\\evil.example", "http:///evil.example", "//localhost@evil.example", "\t//evil.example", "data:text/html,x"],
)  # fmt: skip
def test_after_signing_in_one_stays_here(client, alice, there):
    answer = client.post(
        "/accounts/login/", {"login": alice.user.email, "password": "alice's long password", "next": there}
    )
    assert answer["Location"] == "/"
    signed_in_already = client.get("/accounts/login/", {"next": there})
    assert signed_in_already["Location"] == "/"
    again = client.post("/accounts/reauthenticate/", {"password": "alice's long password", "next": there})
    assert again["Location"] == "/"
    out = client.post("/accounts/logout/", {"next": there})
    assert out["Location"] == "/accounts/login/"


def test_after_signing_in_one_goes_where_one_was_going(client, alice):
    answer = give_password(client, alice, query="?next=/settings/", follow=False)
    assert answer["Location"] == "/settings/"


def test_an_account_that_was_closed_stays_closed(client, alice):
    User.objects.filter(id=alice.user.id).update(is_active=False)
    assert give_password(client, alice)["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_a_forgotten_password_is_replaced_and_the_second_factor_still_asked_for(client, alice):
    add_app(alice.user)
    client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    link = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1], follow=True)
    new = {"password1": "another long password", "password2": "another long password"}
    answer = client.post(form.request["PATH_INFO"], new, follow=True)
    assert "Your password is changed." in answer.text
    assert not is_in(client)
    assert give_password(client, alice, "another long password")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert "This link is used up." in Client().get(link[1], follow=True).text
    assert mail.outbox[-1].subject == "Your password was reset"


def test_the_link_of_a_letter_leads_to_us_whatever_host_was_named(client, alice, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/accounts/password/reset/", {"email": "alice@example.com"}, headers={"Host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].message().as_string()
    assert "http://localhost:8000/accounts/password/reset/key/" in str(mail.outbox[0].body)


def test_an_address_is_changed_only_by_a_code_sent_there_and_the_old_one_is_told(client, alice):
    client.force_login(alice.user)
    assert client.get("/accounts/email/").status_code == 200
    answer = client.post("/accounts/email/", {"email": "alice@new.example", "action_add": ""})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "alice's long password"})
    client.post("/accounts/email/", {"email": "alice@new.example", "action_add": ""})
    alice.user.refresh_from_db()
    assert alice.user.email == "alice@example.com"
    assert mail.outbox[-1].to == ["alice@new.example"]
    confirmed = client.post("/accounts/confirm-email/", {"code": code_in_mail()})
    assert confirmed["Location"] == "/accounts/email/"
    alice.user.refresh_from_db()
    assert alice.user.email == "alice@new.example"
    assert [one.email for one in EmailAddress.objects.filter(user=alice.user)] == ["alice@new.example"]
    told = [letter for letter in mail.outbox if letter.subject == "Your address was changed"]
    assert [letter.to for letter in told] == [["alice@example.com"]]


def test_an_address_of_somebody_else_is_not_taken_even_with_the_code(client, alice, mallory):
    client.force_login(mallory.user)
    client.post("/accounts/reauthenticate/", {"password": "mallory's long password"})
    answer = client.post("/accounts/email/", {"email": "alice@example.com", "action_add": ""})
    assert answer["Location"] == "/accounts/confirm-email/"
    said = client.post("/accounts/confirm-email/", {"code": code_in_mail()}, follow=True)
    assert said.status_code == 200
    mallory.user.refresh_from_db()
    assert mallory.user.email == "mallory@example.com"
    assert EmailAddress.objects.get(email="alice@example.com", verified=True).user == alice.user


def plain(page: str) -> str:
    """A page without what differs between any two visitors."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|(alice|nobody)@example.com', "", page)
