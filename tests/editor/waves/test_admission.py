"""Admission: no provider and no workspace gets more at once than it may, and workspaces have fair turns."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Attempt, ProviderState
from editor.waves import lease
from editor.waves.claims import claim
from tests.editor.rows import make_attempt, make_edit

pytestmark = pytest.mark.django_db


def waiting(workspace, count, **columns):
    return [make_attempt(make_edit(workspace), **columns) for _ in range(count)]


def claimed(limit=100):
    return [one.id for one in claim(lease.start(), limit)]


@pytest.fixture
def at_most(settings):
    """Set how many jobs a provider is given at once."""

    def limit(count, provider="shortapi"):
        settings.PROVIDERS = {
            **settings.PROVIDERS,
            provider: replace(settings.PROVIDERS[provider], concurrency=count),
        }

    return limit


def test_a_provider_gets_no_more_than_its_limit_and_the_rest_waits_in_order(alice, at_most):
    at_most(3)
    orders = waiting(alice.workspace, 5)
    assert claimed() == [order.id for order in orders[:3]]
    assert claimed() == []
    assert Attempt.objects.filter(due_at__isnull=False, wave=None, state=AttemptState.INTENT).count() == 2
    Attempt.objects.filter(id=orders[0].id).update(state="delivered", finished_at=timezone.now(), wave=None)
    assert claimed() == [orders[3].id]


@pytest.mark.parametrize("state", [AttemptState.SUBMITTING, AttemptState.ACCEPTED, AttemptState.UNKNOWN])
def test_what_is_with_the_provider_counts_whoever_holds_it(alice, at_most, state):
    at_most(2)
    make_attempt(make_edit(alice.workspace), state, due_at=None)
    first, _ = waiting(alice.workspace, 2)
    assert claimed() == [first.id]


def test_one_full_provider_leaves_the_others_alone(alice, at_most):
    at_most(1)
    waiting(alice.workspace, 3)
    elsewhere = waiting(alice.workspace, 2, provider="apipod")
    assert set(claimed()) >= {order.id for order in elsewhere}


def test_what_is_already_with_a_provider_is_claimed_however_full_it_is(alice, at_most):
    at_most(1)
    accepted = make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED, ticket="j1")
    waiting(alice.workspace, 1)
    assert claimed() == [accepted.id]


def test_a_small_workspace_does_not_wait_behind_a_large_one(alice, mallory, at_most):
    at_most(4)
    large = waiting(mallory.workspace, 10)
    small = waiting(alice.workspace, 2)
    assert set(claimed()) == {large[0].id, large[1].id, small[0].id, small[1].id}


def test_the_workspace_with_fewer_orders_under_way_has_the_next_turn(alice, mallory, at_most):
    for _ in range(3):
        make_attempt(make_edit(mallory.workspace), AttemptState.ACCEPTED, due_at=None)
    at_most(5)
    waiting(mallory.workspace, 5)
    small = waiting(alice.workspace, 5)
    assert set(claimed()) == {small[0].id, small[1].id}


def test_a_workspace_gets_no_more_than_its_limit_over_all_providers(alice, mallory, settings):
    settings.WORKSPACE_CONCURRENCY = 3
    make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED, due_at=None, provider="aimlapi")
    first = waiting(alice.workspace, 2)
    second = waiting(alice.workspace, 2, provider="apipod")
    others = waiting(mallory.workspace, 3)
    taken = set(claimed())
    assert {order.id for order in others} <= taken
    assert len(taken & {order.id for order in [*first, *second]}) == 2


def test_an_order_does_not_wait_behind_its_own_workspaces_at_a_provider_with_little_room(alice, at_most, settings):
    settings.WORKSPACE_CONCURRENCY = 3
    at_most(1)
    crowd = waiting(alice.workspace, 5)
    elsewhere = waiting(alice.workspace, 3, provider="apipod")
    assert set(claimed()) == {crowd[0].id, elsewhere[0].id, elsewhere[1].id}


def test_apikley_gets_20_new_orders_in_10_seconds(alice, at_most):
    at_most(1000, "apikley")
    orders = waiting(alice.workspace, 30, provider="apikley")
    assert len(claimed()) == 20
    assert claimed() == []
    begun = timezone.now() - timedelta(seconds=11)
    Attempt.objects.filter(id__in=[order.id for order in orders[:5]]).update(state="accepted", started_at=begun)
    assert len(claimed()) == 5
    ended = {"state": "rejected", "finished_at": timezone.now(), "wave": None, "started_at": timezone.now()}
    Attempt.objects.filter(id__in=[order.id for order in orders[5:10]]).update(**ended)
    assert claimed() == []  # an order that came and was refused counts too


def test_a_provider_that_asked_for_quiet_gets_nothing_new_until_then(alice):
    orders = waiting(alice.workspace, 2)
    ProviderState.objects.filter(name="shortapi").update(quiet_until=timezone.now() + timedelta(seconds=30))
    assert claimed() == []
    ProviderState.objects.filter(name="shortapi").update(quiet_until=timezone.now() - timedelta(seconds=1))
    assert len(claimed()) == len(orders)


def test_an_open_breaker_lets_nothing_through_and_a_half_open_one_a_single_probe(alice):
    first, *_ = waiting(alice.workspace, 3)
    state = ProviderState.objects.filter(name="shortapi")
    state.update(open_until=timezone.now() + timedelta(seconds=30), open_seconds=30)
    assert claimed() == []
    state.update(open_until=timezone.now() - timedelta(seconds=1))
    assert claimed() == [first.id]
    assert state.get().probe == first.id
    assert state.filter(probe_until__gt=timezone.now()).exists()
    assert claimed() == []
    state.update(probe_until=timezone.now() - timedelta(seconds=1))  # that probe died with its wave
    assert len(claimed()) == 1


def test_a_disabled_provider_gets_nothing(alice):
    waiting(alice.workspace, 1)
    ProviderState.objects.filter(name="shortapi").update(disabled_at=timezone.now(), disabled_reason="too dear")
    assert claimed() == []


def test_admitting_takes_as_many_queries_for_many_as_for_one(alice, mallory, django_assert_num_queries):
    waiting(alice.workspace, 1)
    wave = lease.start()
    with django_assert_num_queries(9):
        claim(wave, 100)
    waiting(alice.workspace, 6)
    waiting(mallory.workspace, 6)
    with django_assert_num_queries(9):
        claim(wave, 100)
