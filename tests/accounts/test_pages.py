"""Signing in, and the account's own pages: all in our design, and sign-up closed."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string

from accounts.models import User
from tests.conftest import Person

OUTSIDE = ["login/", "signup/", "password/reset/", "password/reset/done/", "inactive/", "confirm-email/"]
INSIDE = ["logout/", "password/change/", "email/", "reauthenticate/"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_outside_stand_beside_the_painting(client, db, path):
    answer = client.get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "pentimento.svg" in answer.text
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("path", INSIDE)
def test_pages_inside_are_in_our_design(client, alice, path):
    client.force_login(alice.user)
    answer = client.get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "css/tokens.css" in answer.text
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_no_page_has_inline_script_or_style(client, db, path):
    text = client.get(f"/accounts/{path}").text
    assert re.findall(r"<script(?! src)|<style| style=| on[a-z]+=", text) == []


def test_sign_up_is_closed_and_says_what_to_do(client, db):
    answer = client.post(
        "/accounts/signup/",
        {"email": "eve@example.com", "password1": "eve's long password", "password2": "eve's long password"},
    )
    assert "Sign-up is closed" in answer.text
    assert "manage.py bootstrap" in answer.text
    assert User.objects.count() == 0


def test_a_forgotten_password_is_replaced_through_the_mail(client, alice: Person):
    client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    (message,) = mail.outbox
    link = re.search(r"/accounts/password/reset/key/\S+", str(message.body))
    assert link is not None
    answer = client.get(link[0], follow=True)
    assert "Choose a new password" in answer.text
    form = {"password1": "another long password", "password2": "another long password"}
    answer = client.post(answer.request["PATH_INFO"], form, follow=True)
    assert "Your password is changed." in answer.text
    alice.user.refresh_from_db()
    assert alice.user.check_password("another long password")
    assert "This link is used up." in client.get(link[0], follow=True).text


def test_without_mail_the_reset_page_says_where_the_message_goes(client, db, settings):
    assert "goes to its log" not in client.get("/accounts/password/reset/").text
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "goes to its log" in client.get("/accounts/password/reset/").text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_cookie(client, db, theme):
    client.cookies["theme"] = theme
    assert f'<html lang="en" data-theme="{theme}"' in client.get("/accounts/login/").text


def test_a_made_up_theme_is_not_printed(client, db):
    client.cookies["theme"] = '"><script>alert(1)</script>'
    text = client.get("/accounts/login/").text
    assert "data-theme" not in text
    assert "alert(1)" not in text


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "csrf"])
def test_an_error_page_needs_nothing_and_says_the_three_things(name):
    text = render_to_string(f"errors/{name}.html")
    assert text.count("<h1>") == 1
    assert "Were you charged?" in text
    assert "What now?" in text
    assert " is charged" in text or "nothing was charged" in text
