"""The staff come in by the same door as everybody, and with a second factor."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.doors import add_app, app_code, enter_as_staff, give_password
from tests.conftest import Person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(settings) -> Person:
    settings.MFA_TOTP_TOLERANCE = 1
    cache.clear()
    return Person(make_user("sam", is_staff=True), None, "")  # type: ignore[arg-type]


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client, sam):
    give_password(client, sam)
    answer = client.get("/staff/", follow=True)
    assert answer.redirect_chain == [("/accounts/security/", 302)]
    assert "need a second factor" in answer.text


def test_staff_with_one_give_it_as_they_sign_in(client, sam):
    add_app(sam.user)
    give_password(client, sam, query="?next=/staff/")
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    assert client.get("/staff/").status_code == 200


def test_a_session_from_before_the_second_factor_was_added_has_to_give_it(client, sam):
    client.force_login(sam.user)
    add_app(sam.user)
    answer = client.get("/staff/")
    assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fstaff%2F"
    answer = client.post("/accounts/2fa/reauthenticate/", {"code": app_code(), "next": "/staff/"})
    assert answer["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_what_staff_do_without_it_is_not_done(client, sam):
    client.force_login(sam.user)
    answer = client.post("/staff/providers/pixazo/disable/", {"note": "Asked their support"})
    assert answer["Location"] == "/accounts/security/"
    assert client.get("/metrics").status_code == 404


def test_with_it_the_figures_may_be_read(client, sam):
    enter_as_staff(client, sam.user)
    assert client.get("/metrics").status_code == 200


def test_to_others_the_address_is_missing_whatever_they_gave(alice):
    stranger, member = Client(), Client()
    enter_as_staff(member, alice.user)
    assert [one.get("/staff/").status_code for one in (stranger, member)] == [404, 404]
