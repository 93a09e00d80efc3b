"""The page behind an invitation's link: for whom it is, for strangers, and when nothing can be done."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Invitation, User
from config.scrub import Scrubber
from tests.accounts.cast import roles
from tests.accounts.test_invitations import invite

LEAKS = ("Alice", "alice@example.com")


@pytest.fixture
def link(alice, mailoutbox):
    _, token = invite(alice)
    return f"/invitations/{token}/"


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize(
    "token", ["x", "x" * 43, "x" * 5000, "%00" * 43, "é" * 43, "' or 1=1 --", "<script>", "..%2f.."]
)
def test_a_mistyped_link_is_a_404_that_says_what_to_do(client, token):
    answer = client.get(f"/invitations/{token}/")
    assert answer.status_code == 404
    assert not any(word in answer.text for word in LEAKS)


def test_a_stranger_with_the_link_sees_the_address_and_two_ways_and_no_name(client, link):
    answer = client.get(link)
    assert answer.status_code == 200
    assert "eve@example.com" in answer.text
    assert f"/accounts/login/?next={link}" in answer.text
    assert f"/accounts/signup/?next={link}" in answer.text
    assert not any(word in answer.text for word in LEAKS)
    assert "no-store" in answer["Cache-Control"]


def test_who_is_signed_out_signs_in_before_accepting(client, link):
    answer = client.post(link)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={link}")


def test_eve_sees_who_invites_her_where_to_and_as_what_and_joins(client, alice, eve, link):
    client.force_login(eve)
    text = client.get(link).text
    assert "Join Alice&#x27;s studio?" in text
    assert "alice@example.com invites you as <b>editor</b>" in text
    answer = client.post(link, follow=True)
    assert "You are in Alice&#x27;s studio now, as editor." in answer.text
    assert roles(alice.workspace)["eve"] == "editor"
    assert client.session["workspace"] == alice.workspace.id
    again = client.get(link)
    assert (again.status_code, "You accepted this already" in again.text) == (410, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_mallory_learns_nothing_of_the_workspace(client, alice, mallory, link, method):
    client.force_login(mallory.user)
    answer = getattr(client, method)(link)
    assert answer.status_code == 403
    assert "This invitation is not for you" in answer.text
    assert not any(word in answer.text for word in (*LEAKS, "eve@example.com"))
    assert roles(alice.workspace) == {"alice": "owner"}


@pytest.mark.parametrize("row", [True, False])
def test_an_address_that_is_not_confirmed_is_to_be_confirmed_first(client, alice, link, row):
    user = User.objects.create_user("eve@example.com", "eve's long password")
    if row:
        EmailAddress.objects.create(user=user, email="eve@example.com", primary=True, verified=False)
    client.force_login(user)
    answer = client.post(link)
    assert answer.status_code == 403
    assert "Confirm your address first" in answer.text
    assert not any(word in answer.text for word in LEAKS)
    assert roles(alice.workspace) == {"alice": "owner"}


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("expires_at", "has expired"),
        ("revoked_at", "was taken back"),
        ("accepted_at", "is used up"),
    ],
)
@pytest.mark.parametrize("who", ["nobody", "eve", "mallory"])
def test_one_that_is_over_says_so_and_what_to_do(
    client,
    alice,
    mallory,
    eve,
    link,
    who,
    column,
    words,
):
    Invitation.objects.update(**{column: timezone.now() - timedelta(seconds=1)})
    if who != "nobody":
        client.force_login({"eve": eve, "mallory": mallory.user}[who])
    for method in ("get", "post") if who != "nobody" else ("get",):
        answer = getattr(client, method)(link)
        assert answer.status_code == 410
        assert words in answer.text
        assert not any(word in answer.text for word in LEAKS)
    assert roles(alice.workspace) == {"alice": "owner"}


def test_an_invitation_into_a_workspace_whose_grace_period_is_over_is_taken_back(client, alice, eve, link):
    alice.workspace.delete_at = timezone.now() - timedelta(seconds=1)
    alice.workspace.save()
    client.force_login(eve)
    assert client.post(link).status_code == 410
    assert roles(alice.workspace) == {"alice": "owner"}


def test_a_new_user_signs_up_by_the_invitation_without_another_proof_of_the_address(client, alice, link, settings):
    settings.SIGNUP_OPEN = True
    client.get(link)
    page = client.get(f"/accounts/signup/?next={link}")
    assert 'value="eve@example.com"' in page.text
    form = {"email": "eve@example.com", "password1": "eve's long password", "password2": "eve's long password"}
    answer = client.post(f"/accounts/signup/?next={link}", {**form, "next": link}, follow=True)
    assert answer.redirect_chain[-1][0] == link
    assert EmailAddress.objects.get(email="eve@example.com").verified
    client.post(link)
    assert roles(alice.workspace) == {"alice": "owner", "eve": "editor"}


def test_no_token_is_logged(link):
    assert Scrubber().text(f"GET {link}?next={link}") == "GET /invitations/…"
