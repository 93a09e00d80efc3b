"""What a key may be used for, from where and until when; one permission asks, and it asks everywhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from accounts.key_terms import KeyTerms
from accounts.models import ApiKey
from accounts.permissions import SCOPED, Action, Scope
from accounts.services.issue_api_key import issue_api_key
from editor.api.door import Door
from editor.api.permission import needed
from editor.api.urls import urlpatterns
from tests.editor.api.doors import V1, WALL, Api, picture, refused, rows

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")


def key(person, **terms) -> str:
    return issue_api_key(workspace=person.workspace, created_by=person.user, terms=KeyTerms("x", **terms))


def doors() -> list[tuple[URLPattern, type[Door]]]:
    found = [(pattern, getattr(pattern.callback, "cls", None)) for pattern in urlpatterns]
    return [(pattern, view) for pattern, view in found if view and issubclass(view, Door)]


def test_every_method_of_every_door_says_what_it_needs():
    assert len(doors()) >= 9
    for pattern, view in doors():
        for method in METHODS:
            assert (needed(view, method) is not None) is hasattr(view, method), (pattern.pattern, method)


def test_what_a_door_needs_some_scope_allows():
    allowed = {action for actions in SCOPED.values() for action in actions}
    assert {action for _, view in doors() for action in view.needs.values()} <= allowed


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_of_one_scope_does_what_that_allows_and_the_rest_names_the_scope(alice, scope):
    api = Api(key(alice, scopes=(scope.value,)))
    before = rows()
    for pattern, view in doors():
        path = "/" + str(pattern.pattern).replace("<slug:", "").replace(">", "").replace("_id", "_missing")
        for method, action in view.needs.items():
            answer = getattr(api.client, method)(f"{V1}{path}", headers=api.headers)
            if action in SCOPED[scope]:
                assert answer.status_code not in (401, 403), (method, path)
            else:
                assert "scope `" in refused(answer, 403, "missing_scope")
    assert rows() == before


def test_a_view_that_declares_nothing_is_refused(alice, rf):
    class Silent(Door):
        def get(self, _):
            raise AssertionError

        head = get

    for method in ("get", "head"):
        answer = Silent.as_view()(getattr(rf, method)("/", headers=Api(alice.key).headers))
        assert answer.status_code == 403
        assert answer.data["error"]["code"] == "not_declared"


def test_a_reading_key_keeps_nothing(alice, image, credit):
    api = Api(key(alice, scopes=("read",)))
    before = rows()
    refused(api.post("/edits", {"prompt": "x", "images": [image.id]}), 403, "missing_scope")
    refused(api.upload(picture()), 403, "missing_scope")
    assert rows() == before
    assert api.get("/edits").status_code == 200


def test_an_expired_key_is_refused(alice):
    api = Api(key(alice, expires_at=timezone.now() + timedelta(hours=1)))
    assert api.get("/edits").status_code == 200
    ApiKey.objects.filter(name="x").update(expires_at=timezone.now())
    refused(api.get("/edits"), 401, "bad_key")


def test_a_key_with_networks_is_refused_from_elsewhere_and_told_so(alice):
    api = Api(key(alice, allowed_ips=("203.0.113.0/24", "2001:db8::/32")))
    for address in ("203.0.113.9", "2001:db8:1::7", "::ffff:203.0.113.9"):
        assert api.client.get(f"{V1}/edits", headers=api.headers, REMOTE_ADDR=address).status_code == 200
    for address in ("203.0.114.1", "2001:db9::1"):
        answer = api.client.get(f"{V1}/edits", headers=api.headers, REMOTE_ADDR=address)
        assert address in refused(answer, 403, "address_not_allowed")


def test_a_forged_forwarded_address_opens_nothing(alice, settings):
    api = Api(key(alice, allowed_ips=("203.0.113.0/24",)))
    refused(api.get("/edits", **{"X-Forwarded-For": "203.0.113.9"}), 403, "address_not_allowed")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # now what the proxy saw counts, and it comes last
    refused(api.get("/edits", **{"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}), 403, "address_not_allowed")
    assert api.get("/edits", **{"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}).status_code == 200


def test_a_use_is_noted_once_a_minute_and_costs_no_query_in_between(alice, django_assert_num_queries):
    api = Api(key(alice))
    with django_assert_num_queries(2 + WALL):
        api.get("/edits?limit=0")
    first = ApiKey.objects.get(name="x").last_used_at
    assert first
    with django_assert_num_queries(1 + WALL):
        api.get("/edits?limit=0")
    assert ApiKey.objects.get(name="x").last_used_at == first
    ApiKey.objects.filter(name="x").update(last_used_at=first - timedelta(minutes=1))
    with django_assert_num_queries(2 + WALL):
        api.get("/edits?limit=0")
    latest = ApiKey.objects.get(name="x").last_used_at
    assert latest
    assert latest >= first


@pytest.mark.parametrize("prefix", ["pnt_live_", "pnt_test_"])
def test_a_bad_checksum_costs_no_query(db, prefix, django_assert_num_queries):
    with django_assert_num_queries(0):
        refused(Api(prefix + "a" * 36).get("/balance"), 401, "bad_key")


@pytest.mark.parametrize("prefix", ["pnt_live_", "pnt_test_"])
def test_a_key_in_the_address_is_refused(db, prefix):
    refused(Client().get(f"{V1}/balance?key={prefix}x"), 401, "key_in_address")


def test_no_scope_reaches_what_only_people_may():
    reachable = {action for actions in SCOPED.values() for action in actions}
    assert not reachable & {Action.MANAGE_KEYS, Action.MANAGE_MEMBERS, Action.TRANSFER, Action.DELETE}
