"""The page of API keys: shown once, for those who manage keys, and nobody else's."""

import html
import re
import time
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from accounts.api_keys import looks_right
from accounts.models import ApiKey, Membership
from accounts.permissions import Action, Role, may
from accounts.sealing import cipher
from accounts.selectors.keys import live_key
from accounts.services.issue_api_key import issue_api_key
from accounts.views.shown_once import PURPOSE
from tests.accounts.doors import confirm_it_is_me, enter_just_now

pytestmark = pytest.mark.django_db
KEY = re.compile(r"pnt_(?:live|test)_[0-9A-Za-z]{36}")


@pytest.fixture
def page(alice) -> Client:
    browser = Client(raise_request_exception=False)
    enter_just_now(browser, alice.user)
    return browser


def make(page: Client, **fields) -> Any:
    form = {"name": "web shop", "kind": "test", "scopes": ["read", "write"], "expires": "30", **fields}
    return page.post("/settings/keys/make/", form, follow=True)


def test_a_new_key_is_shown_once_with_a_first_call_in_three_languages(page, alice):
    answer = make(page, allowed_ips="203.0.113.0/24\n2001:db8::/32", monthly_cap="12.50")
    text = html.unescape(answer.content.decode())
    (key,) = set(KEY.findall(text))
    assert looks_right(key)
    assert "no-store" in answer.headers["Cache-Control"]
    for said in ("curl -s http://localhost:8000/api/v1/images", "import httpx", "await fetch("):
        assert said in text
    made = live_key(key)
    assert made is not None
    assert (made.is_test, made.scopes, made.monthly_cap) == (True, ["read", "write"], 12_500_000)
    assert made.allowed_ips == ["203.0.113.0/24", "2001:db8::/32"]
    listed = page.get("/settings/keys/").content.decode()
    assert key not in listed
    assert f"pnt_test_…{key[-4:]}" in listed
    assert "$12.5" in listed


def test_loading_the_page_of_a_new_key_again_neither_shows_nor_makes_one(page, alice):
    made = make(page)
    assert made.redirect_chain == [("/settings/keys/made/", 302)]
    (key,) = set(KEY.findall(made.content.decode()))
    assert key not in str(dict(page.session.items()))
    again = page.get("/settings/keys/made/", follow=True)
    assert again.redirect_chain == [("/settings/keys/", 302)]
    assert "A key is shown once." in again.content.decode()
    assert KEY.findall(again.content.decode()) == []
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(("age", "shown"), [(590, 200), (601, 302)])
def test_a_new_key_waits_ten_minutes_for_its_page(page, alice, age, shown):
    kept = cipher(PURPOSE).encrypt_at_time(f"{alice.workspace.id} {alice.key}".encode(), int(time.time()) - age)
    session = page.session
    session["shown_once"] = kept.decode()
    session.save()
    assert page.get("/settings/keys/made/").status_code == shown
    assert "shown_once" not in page.session


def test_a_key_is_made_and_rotated_only_by_whoever_shows_again_that_it_is_them(client, alice):
    client.force_login(alice.user)
    kept = live_key(alice.key)
    assert kept is not None
    for path, form in (("make/", {"name": "kiosk", "scopes": ["read"]}), (f"{kept.id}/rotate/", {"hours": "0"})):
        answer = client.post(f"/settings/keys/{path}", form)
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Fsettings%2Fkeys%2F")
    assert ApiKey.objects.count() == 1
    assert live_key(alice.key) == kept
    confirm_it_is_me(client, alice)
    assert KEY.search(make(client).content.decode())


def test_what_was_asked_for_is_done_once_one_has_shown_that_it_is_them(client, alice):
    client.force_login(alice.user)
    asked = make(client, name="kiosk").redirect_chain[0][0].partition("next=")[2]
    form = {"password": "alice's long password", "next": unquote(asked)}
    answer = client.post("/accounts/reauthenticate/", form, follow=True)
    assert answer.status_code == 200
    (key,) = set(KEY.findall(html.unescape(answer.content.decode())))
    made = live_key(key)
    assert made is not None
    assert made.name == "kiosk"
    assert "no-store" in answer.headers["Cache-Control"]
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 81), ("scopes", []), ("scopes", ["root"]), ("expires", "9999"), ("monthly_cap", "-1"),
     ("monthly_cap", "NaN"), ("monthly_cap", "much"), ("allowed_ips", "example.com")],
)  # fmt: skip
def test_a_bad_field_is_named_and_what_was_typed_stays(page, alice, field, value):
    before = ApiKey.objects.count()
    answer = make(page, **{"name": "web <b>shop</b>", field: value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "<b>shop</b>" not in answer.content.decode()
    assert ApiKey.objects.count() == before


def test_a_key_is_renamed_rotated_and_revoked_here(page, alice):
    kept = live_key(alice.key)
    assert kept is not None
    assert page.post(f"/settings/keys/{kept.id}/rename/", {"name": "kiosk"}).status_code == 302
    answer = page.post(f"/settings/keys/{kept.id}/rotate/", {"hours": "24"}, follow=True)
    (new,) = set(KEY.findall(answer.content.decode()))
    assert live_key(new) is not None
    assert live_key(alice.key) is not None
    assert page.post(f"/settings/keys/{kept.id}/rotate/", {"hours": "24"}).status_code == 422
    assert page.post(f"/settings/keys/{kept.id}/rotate/", {"hours": "1000"}).status_code == 422
    assert page.post(f"/settings/keys/{kept.id}/revoke/").status_code == 302
    assert live_key(alice.key) is None
    assert "kiosk" in page.get("/settings/keys/").content.decode()


def test_only_who_manages_keys_sees_or_touches_them(alice, bob):
    kept = live_key(alice.key)
    assert kept is not None
    browser = Client(raise_request_exception=False)
    browser.force_login(bob.user)
    for role in Role:
        Membership.objects.filter(user=bob.user).update(role=role)
        allowed = may(role, Action.MANAGE_KEYS)
        assert (browser.get("/settings/keys/").status_code == 200) is allowed
        if not allowed:
            for path in ("make/", f"{kept.id}/rename/", f"{kept.id}/rotate/", f"{kept.id}/revoke/"):
                assert browser.post(f"/settings/keys/{path}", {"name": "x", "hours": "0"}).status_code == 403
    assert live_key(alice.key) == kept


def test_a_strangers_key_answers_like_a_missing_one(mallory, alice):
    kept = live_key(alice.key)
    assert kept is not None
    browser = Client(raise_request_exception=False)
    enter_just_now(browser, mallory.user)
    for act, fields in (("rename", {"name": "x"}), ("rotate", {"hours": "0"}), ("revoke", {})):
        answers = [
            browser.post(f"/settings/keys/{key_id}/{act}/", fields, headers={"X-Request-ID": "the-same-one"})
            for key_id in (kept.id, "key_missing")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert live_key(alice.key) == kept
    assert alice.key[-4:] not in browser.get("/settings/keys/").content.decode()


def test_the_page_takes_as_many_queries_for_sixty_keys_as_for_one(page, alice, django_assert_max_num_queries):
    for number in range(60):
        issue_api_key(workspace=alice.workspace, created_by=alice.user, name=f"key {number}")
    with django_assert_max_num_queries(12):
        first = page.get("/settings/keys/").content.decode()
    assert first.count("pnt_live_…") == 50
    older = re.search(r"\?before=(\w+)", first)
    assert older
    assert page.get(f"/settings/keys/?before={older[1]}").content.decode().count("pnt_live_…") == 11
    assert page.get("/settings/keys/?before=%00").status_code == 200
