"""The switch of a provider, the breaker's "now", and the closing of alerts: with a reason, once, and kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from editor.breaker import Position, position
from editor.errors import InvalidInput, NotFound, Overtaken
from editor.models import Alert, ProviderState
from editor.services.close_alert import close_alert
from editor.services.disable_provider import disable_provider
from editor.services.enable_provider import enable_provider
from editor.services.raise_alert import CONTRACT, raise_alert
from editor.services.try_provider_now import try_provider_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> User:
    return User.objects.create_user("sam@example.com", "sam's long password", is_staff=True)


def pixazo() -> ProviderState:
    return ProviderState.objects.get(name="pixazo")


def test_a_provider_is_disabled_with_a_reason_and_by_somebody(sam):
    disable_provider(name="pixazo", staff_id=sam.id, reason=" Their bill is wrong. ")
    state = pixazo()
    assert (state.disabled_by, state.disabled_reason) == (sam, "Their bill is wrong.")
    assert state.disabled_at is not None


@pytest.mark.parametrize("reason", ["", " ", "x" * 501])
def test_without_a_reason_it_stays_enabled(sam, reason):
    with pytest.raises(InvalidInput) as caught:
        disable_provider(name="pixazo", staff_id=sam.id, reason=reason)
    assert caught.value.param == "reason"
    assert pixazo().disabled_at is None


def test_the_first_reason_stands(sam):
    disable_provider(name="pixazo", staff_id=sam.id, reason="first")
    with pytest.raises(Overtaken):
        disable_provider(name="pixazo", staff_id=sam.id, reason="second")
    assert pixazo().disabled_reason == "first"


def test_enabled_again_it_is_kept_who_had_disabled_it_when_and_why(sam, alice):
    disable_provider(name="pixazo", staff_id=sam.id, reason="Their bill is wrong.")
    since = pixazo().disabled_at
    enable_provider(name="pixazo", staff_id=alice.user.id)
    state, kept = pixazo(), Alert.objects.get()
    assert (state.disabled_at, state.disabled_by, state.disabled_reason) == (None, None, "")
    assert (kept.kind, kept.subject, kept.opened_at) == ("provider_disabled", "pixazo", since)
    assert (kept.message, kept.closed_by) == ("Disabled: Their bill is wrong.", alice.user)
    assert sam.id in kept.note
    with pytest.raises(Overtaken):
        enable_provider(name="pixazo", staff_id=sam.id)


def test_an_open_breaker_is_half_open_at_once(sam):
    soon = timezone.now() + timedelta(minutes=5)
    ProviderState.objects.filter(name="pixazo").update(open_until=soon, open_seconds=300, open_code="failing")
    try_provider_now(name="pixazo", staff_id=sam.id)
    state = pixazo()
    assert position(state.breaker, timezone.now()) is Position.HALF_OPEN
    assert state.open_seconds == 300


@pytest.mark.parametrize("until", [None, timedelta(seconds=-60)], ids=["closed", "half open"])
def test_what_is_not_open_is_left_alone(sam, until):
    moment = until and timezone.now() + until
    ProviderState.objects.filter(name="pixazo").update(open_until=moment)
    with pytest.raises(Overtaken):
        try_provider_now(name="pixazo", staff_id=sam.id)
    assert pixazo().open_until == moment


def test_a_provider_that_is_none_is_not_found(db, sam):
    for act in (
        lambda: disable_provider(name="acme", staff_id=sam.id, reason="no"),
        lambda: enable_provider(name="acme", staff_id=sam.id),
        lambda: try_provider_now(name="acme", staff_id=sam.id),
        lambda: close_alert(alert_id=1, staff_id=sam.id, note="no"),
    ):
        with pytest.raises(NotFound):
            act()
    assert not Alert.objects.exists()


def test_an_alert_is_closed_once_with_a_note(sam):
    raise_alert(kind=CONTRACT, subject="pixazo", message="a reply nobody knows")
    alert = Alert.objects.get()
    with pytest.raises(InvalidInput):
        close_alert(alert_id=alert.id, staff_id=sam.id, note="")
    close_alert(alert_id=alert.id, staff_id=sam.id, note="Told them")
    with pytest.raises(Overtaken):
        close_alert(alert_id=alert.id, staff_id=sam.id, note="Told them again")
    alert.refresh_from_db()
    assert (alert.closed_by, alert.note) == (sam, "Told them")
    raise_alert(kind=CONTRACT, subject="pixazo", message="once more")
    assert Alert.objects.filter(closed_at=None).count() == 1
