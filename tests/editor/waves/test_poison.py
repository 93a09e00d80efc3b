"""An attempt that kills whoever takes it is found among the others, and parked; the others go on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Alert, Attempt, Wave
from editor.services.end_overdue import end_overdue
from editor.waves import lease
from editor.waves.claims import claim
from tests.editor.rows import make_attempt, make_edit

ACCEPTED = AttemptState.ACCEPTED


def die(wave):
    Wave.objects.filter(id=wave).update(expires_at=timezone.now() - timedelta(hours=1))
    lease.release_expired()


def live_through_it(wave, held):
    """What a wave does that goes on: it clears whom it was suspicious of, and all are due again at its end."""
    lease.clear(wave, [one.id for one in held if one.deaths])
    lease.end(wave)


@pytest.fixture
def others(alice):
    return {make_attempt(make_edit(alice.workspace), ACCEPTED).id for _ in range(20)}


@pytest.fixture
def poison(credit):
    return make_attempt(make_edit(credit.workspace, held=True), ACCEPTED)


def test_the_one_that_kills_is_parked_and_no_other_is(others, poison):
    deaths = 0
    for _ in range(60):
        wave = lease.start()
        held = claim(wave, 100)
        if poison.id in {one.id for one in held}:
            die(wave)
            deaths += 1
        else:
            live_through_it(wave, held)
        poison.refresh_from_db()
        if poison.due_at is None and poison.wave_id is None:
            break
    assert (poison.state, poison.due_at, poison.wave_id) == (ACCEPTED, None, None)
    assert 3 <= deaths <= 8  # two of all, one more of each half that it is in: 10, 5, 2, 1; and one alone
    assert Attempt.objects.filter(id__in=others, due_at__isnull=False).count() == 20
    assert list(Alert.objects.values_list("kind", "subject")) == [("attempt_parked", poison.id)]
    wave = lease.start()
    assert {one.id for one in claim(wave, 100)} <= others
    assert end_overdue(edit_id=poison.edit_id) is True


def test_two_deaths_on_end_that_somebody_else_caused_delay_nobody_for_long(others):
    for _ in range(2):
        wave = lease.start()
        assert len(claim(wave, 100)) == 20
        die(wave)
    rounds = 0
    while Attempt.objects.filter(deaths__gt=0).exists():
        wave = lease.start()
        live_through_it(wave, claim(wave, 100))
        rounds += 1
    assert rounds == 6  # 10, then 5, 2, 1, 1, and the last
    assert Attempt.objects.filter(due_at__isnull=False).count() == 20
    assert not Alert.objects.exists()


def test_suspects_are_tested_by_one_wave_at_a_time(others):
    Attempt.objects.update(deaths=2)
    assert len(claim(lease.start(), 100)) == 10
    assert claim(lease.start(), 100) == []


def test_a_wave_that_ends_by_itself_blames_nobody(others):
    for _ in range(5):
        wave = lease.start()
        claim(wave, 100)
        lease.end(wave)
    assert not Attempt.objects.filter(deaths__gt=0).exists()
