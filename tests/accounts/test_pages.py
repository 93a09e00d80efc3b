"""Signing in, and the account's own pages: all in our design."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string

from accounts.models import User
from tests.accounts.doors import add_app, confirm_it_is_me

INLINE = re.compile(r'<script(?![^>]* src=)(?![^>]*"application/json")|<style| style=| on[a-z]+=')
OUTSIDE = [
    "login/",
    "login/code/",
    "signup/",
    "signup/passkey/",
    "password/reset/",
    "password/reset/done/",
    "inactive/",
]
INSIDE = ["", "security/", "sessions/", "logout/", "password/change/", "email/", "reauthenticate/"]


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


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_page_has_inline_script_or_style(client, db, path):
    text = client.get(f"/accounts/{path}").text
    assert INLINE.findall(text) == []


def test_without_mail_the_reset_page_says_where_the_message_goes(client, db, settings):
    assert "goes to its log" not in client.get("/accounts/password/reset/").text
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "goes to its log" in client.get("/accounts/password/reset/").text


@pytest.mark.parametrize(
    "path",
    [*(f"/accounts/{path}" for path in INSIDE[:-1]), "/workspaces/new/", "/workspaces/not-a-member/"],
)
def test_a_page_of_no_workspace_shows_the_credit_of_ones_own(client, credit, path):
    client.force_login(credit.user)
    assert "<span>Credit</span> <b>$10.00</b>" in client.get(path).text


GUARDED = ["2fa/app/add/", "2fa/app/remove/", "2fa/passkeys/add/", "2fa/recovery-codes/new/", "2fa/recovery-codes/"]


@pytest.mark.parametrize("path", GUARDED)
def test_pages_that_change_how_one_signs_in_ask_who_one_is_and_are_in_our_design(client, alice, path):
    cache.clear()
    if path != "2fa/app/add/":
        add_app(alice.user)
    client.force_login(alice.user)
    assert client.get(f"/accounts/{path}")["Location"].startswith("/accounts/reauthenticate/")
    confirm_it_is_me(client, alice)
    page = client.get(f"/accounts/{path}").text
    assert page.count("<h1>") == 1
    assert "settings-nav" in page
    assert INLINE.findall(page) == []


@pytest.mark.parametrize("path", ["", "security/", "sessions/"])
def test_a_page_of_the_account_takes_at_most_twelve_queries(client, alice, path, django_assert_max_num_queries):
    add_app(alice.user)
    client.force_login(alice.user)
    with django_assert_max_num_queries(12, connection=connection):
        client.get(f"/accounts/{path}")


NAUGHTY = "Robert'); DROP TABLE users;-- <script>alert(1)</script> {{7*7}} \u202e naïve 名前"


def test_a_name_is_kept_as_typed_and_shown_harmless(client, alice):
    client.force_login(alice.user)
    name = NAUGHTY.replace("\u202e", "")
    assert client.post("/accounts/", {"first_name": f"  {name} "}).status_code == 302
    assert User.objects.get(id=alice.user.id).first_name == " ".join(name.split())
    assert "<script>alert(1)" not in client.get("/accounts/").text


@pytest.mark.parametrize(("name", "words"), [(NAUGHTY, "control characters"), ("x" * 151, "at most 150 characters")])
def test_a_bad_name_is_refused_beside_its_field_and_nothing_is_changed(client, alice, name, words):
    client.force_login(alice.user)
    answer = client.post("/accounts/", {"first_name": name})
    assert answer.status_code == 422
    assert words in answer.text
    assert User.objects.get(id=alice.user.id).first_name == ""


def test_nobody_makes_themselves_staff_by_a_field_too_many(client, alice):
    client.force_login(alice.user)
    client.post("/accounts/", {"first_name": "Alice", "is_staff": "on", "email": "root@example.com"})
    user = User.objects.get(id=alice.user.id)
    assert (user.first_name, user.is_staff, user.email) == ("Alice", False, "alice@example.com")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_cookie(client, db, theme):
    client.cookies["theme"] = theme
    assert f'<html lang="en" data-theme="{theme}"' in client.get("/accounts/login/").text


def test_a_made_up_theme_is_not_printed(client, db):
    client.cookies["theme"] = '"><script>alert(1)</script>'
    text = client.get("/accounts/login/").text
    assert "data-theme" not in text
    assert "alert(1)" not in text


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "429", "500", "csrf"])
def test_an_error_page_needs_nothing_and_says_the_three_things(name):
    text = render_to_string(f"errors/{name}.html")
    assert text.count("<h1>") == 1
    assert "Were you charged?" in text
    assert "What now?" in text
    assert " is charged" in text or "nothing was charged" in text
