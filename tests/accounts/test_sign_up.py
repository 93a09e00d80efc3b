"""Signing up: an address is confirmed by a code, a workspace is there, and nobody learns who has an account."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.entrance.welcome import personal_name
from accounts.models import AuditEvent, Membership, User, Workspace
from tests.accounts.doors import code_in_mail, is_in

pytestmark = pytest.mark.django_db
EVE = {"email": "Eve@example.com", "password1": "eve's long password"}


@pytest.fixture(autouse=True)
def _patience() -> None:
    cache.clear()


def test_eve_signs_up_confirms_her_address_and_finds_a_workspace_of_her_own(client):
    answer = client.post("/accounts/signup/", EVE)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not is_in(client)
    (letter,) = mail.outbox
    assert letter.to == ["eve@example.com"]
    assert letter.subject == "Welcome. Confirm your address"
    answer = client.post("/accounts/confirm-email/", {"code": code_in_mail()}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "eve&#x27;s studio" in answer.text
    user = User.objects.get()
    assert (user.email, user.is_staff) == ("eve@example.com", False)
    assert EmailAddress.objects.get().verified is True
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.is_personal) == ("eve's studio", True)
    assert Membership.objects.get().role == "owner"
    assert AuditEvent.objects.get(action="workspace.created").actor_name == "eve@example.com"


def test_without_the_code_nobody_gets_in_not_even_with_the_password(client):
    client.post("/accounts/signup/", EVE)
    cache.clear()  # letters to one address come ten seconds apart
    again = Client()
    answer = again.post("/accounts/login/", {"login": "eve@example.com", "password": EVE["password1"]})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not is_in(again)


def test_three_wrong_codes_end_it(client):
    client.post("/accounts/signup/", EVE)
    right = code_in_mail()
    for _ in range(3):
        client.post("/accounts/confirm-email/", {"code": "WRONG-CODE"})
    client.post("/accounts/confirm-email/", {"code": right})
    assert not is_in(client)
    assert EmailAddress.objects.get().verified is False


def test_a_bad_address_or_a_weak_password_is_named_beside_its_field_and_nobody_is_made(client):
    for form, words in (
        ({"email": "eve", "password1": EVE["password1"]}, "valid email address"),
        ({"email": "eve@example.com", "password1": "short"}, "at least 10 characters"),
        ({"email": "eve@example.com", "password1": "1234567890"}, "too common"),
        ({"email": "evelyn.night@example.com", "password1": "evelyn.night@exam"}, "too similar"),
    ):
        answer = client.post("/accounts/signup/", form)
        assert answer.status_code == 200
        assert words in answer.text
    assert User.objects.count() == Workspace.objects.count() == 0
    assert mail.outbox == []


def test_a_known_address_gets_a_letter_and_the_page_says_the_same(alice):
    known, unknown = Client(), Client()
    to_alice = known.post("/accounts/signup/", {"email": "ALICE@example.com", "password1": "another long one"})
    to_eve = unknown.post("/accounts/signup/", {"email": "evvie@example.com", "password1": "another long one"})
    assert (to_alice.status_code, to_alice["Location"]) == (to_eve.status_code, to_eve["Location"])
    assert [letter.subject for letter in mail.outbox] == [
        "You have an account already",
        "Welcome. Confirm your address",
    ]
    pages = [visitor.get("/accounts/confirm-email/").text for visitor in (known, unknown)]
    assert plain(pages[0], "alice@example.com") == plain(pages[1], "evvie@example.com")
    wrong = [visitor.post("/accounts/confirm-email/", {"code": "WRONG"}).text for visitor in (known, unknown)]
    assert plain(wrong[0], "alice@example.com") == plain(wrong[1], "evvie@example.com")
    alice.user.refresh_from_db()
    assert alice.user.check_password("alice's long password")
    assert Workspace.objects.filter(is_personal=True).count() == 1


def test_when_no_mail_server_takes_the_letter_the_page_says_so_and_a_new_code_can_be_asked_for(client, settings):
    settings.EMAIL_BACKEND = "tests.accounts.doors.Broken"
    answer = client.post("/accounts/signup/", EVE, follow=True)
    assert answer.redirect_chain == [("/accounts/confirm-email/", 302)]
    assert "No mail server took our message" in answer.text
    assert "email sent to" not in answer.text
    assert not is_in(client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()  # letters to one address come ten seconds apart
    answer = client.post("/accounts/confirm-email/", {"action": "resend"}, follow=True)
    assert "No mail server took" not in answer.text
    client.post("/accounts/confirm-email/", {"code": code_in_mail()})
    assert is_in(client)
    assert Workspace.objects.get().name == "eve's studio"


def test_a_lost_letter_tells_nobody_who_has_an_account(alice, settings):
    settings.EMAIL_BACKEND = "tests.accounts.doors.Broken"
    for path in ("/accounts/password/reset/", "/accounts/login/code/"):
        pages = [Client().post(path, {"email": f"{name}@example.com"}, follow=True).text for name in ("alice", "evvie")]
        assert "No mail server took our message" in pages[0]
        assert plain(pages[0], "alice@example.com") == plain(pages[1], "evvie@example.com")
    assert mail.outbox == []


def test_when_sign_up_is_closed_the_page_says_what_to_do_and_nobody_is_made(client, settings):
    settings.SIGNUP_OPEN = False
    for path in ("/accounts/signup/", "/accounts/signup/passkey/"):
        answer = client.post(path, EVE)
        assert "Sign-up is closed" in answer.text
        assert "manage.py bootstrap" in answer.text
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("eve@example.com", "eve's studio"),
        ("o'brien+a@example.com", "o'brien+a's studio"),
        ("x" * 64 + "@example.com", "x" * 64 + "'s studio"),
        ("\u202e\u200b@example.com", "my's studio"),
    ],
)
def test_a_workspace_is_named_after_the_address(email, name):
    assert personal_name(email) == name


def plain(page: str, address: str) -> str:
    """A page without what differs between any two visitors."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page).replace(address, "")
