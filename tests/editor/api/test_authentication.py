"""A key in the Authorization header opens a workspace; nothing else does."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey
from tests.editor.api.doors import V1, WALL, Api, refused

pytestmark = pytest.mark.django_db


def test_a_live_key_opens_its_workspace(api):
    assert api.get("/balance").status_code == 200


def test_without_a_key_the_answer_says_how_to_send_one(db):
    answer = Api().get("/balance")
    refused(answer, 401, "missing_key")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Pentimento"'


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YWxpY2U6eA==", "Token pnt_live_x", "Bearer pnt_live_ünï"]
)
def test_another_kind_of_header_is_no_key(db, header):
    answer = Client().get(f"{V1}/balance", headers={"Authorization": header})
    refused(answer, 401, "bad_key")


def test_a_mistyped_key_is_refused_without_a_query(alice, django_assert_num_queries):
    mistyped = alice.key[:-1] + ("0" if alice.key[-1] != "0" else "1")
    with django_assert_num_queries(0):
        refused(Api(mistyped).get("/balance"), 401, "bad_key")


def test_a_live_key_costs_one_query(alice, django_assert_num_queries):
    Api(alice.key).get("/balance")  # whose first use in a minute is noted
    with django_assert_num_queries(1 + WALL):
        assert Api(alice.key).get("/edits?limit=0").status_code == 422


def test_a_revoked_key_is_refused_at_once(alice, api):
    ApiKey.objects.filter(workspace=alice.workspace).update(revoked_at=timezone.now())
    refused(api.get("/balance"), 401, "bad_key")


def test_a_key_in_the_address_is_refused_even_beside_a_good_header(alice, api):
    message = refused(api.get(f"/balance?api_key={alice.key}"), 401, "key_in_address")
    assert alice.key not in message


def test_a_session_is_no_key(alice):
    browser = Client()
    browser.force_login(alice.user)
    refused(browser.get(f"{V1}/balance"), 401, "missing_key")


def test_an_address_that_is_not_there_answers_in_the_same_shape(api):
    refused(api.get("/nowhere"), 404, "not_found")
    refused(api.get("/edits/"), 404, "not_found")


def test_a_method_that_is_not_there_answers_in_the_same_shape(api):
    refused(api.client.delete(f"{V1}/edits", headers=api.headers), 405, "method_not_allowed")


def test_what_the_caller_accepts_does_not_matter(api):
    answer = api.get("/balance", Accept="text/html")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
