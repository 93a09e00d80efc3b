"""Claims: an attempt has one holder, and a dead holder's attempts are found again."""

import os
import subprocess
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Attempt, ProviderState, Wave
from editor.waves import lease
from editor.waves.claims import claim
from editor.waves.loop import run_wave
from tests.editor.rows import make_attempt, make_edit


@pytest.fixture
def five_due(alice):
    return [make_attempt(make_edit(alice.workspace)) for _ in range(5)]


def test_a_claim_takes_what_is_due_and_raises_its_epoch(five_due):
    wave = lease.start()
    held = claim(wave, 3)
    assert [one.id for one in held] == [attempt.id for attempt in five_due[:3]]
    assert {one.epoch for one in held} == {1}
    assert Attempt.objects.filter(wave_id=wave, due_at=None, epoch=1).count() == 3
    assert Attempt.objects.filter(wave=None, epoch=0).count() == 2


def test_what_is_not_due_is_left_alone(alice):
    make_attempt(make_edit(alice.workspace), due_at=timezone.now() + timedelta(seconds=60))
    make_attempt(make_edit(alice.workspace), due_at=None)
    assert claim(lease.start(), 10) == []


def test_the_attempts_of_a_wave_whose_lease_ran_out_are_due_again(five_due):
    dead, alive = lease.start(), lease.start()
    claim(dead, 3)
    claim(alive, 2)
    Wave.objects.filter(id=dead).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert lease.release_expired() == 3
    assert not Wave.objects.filter(id=dead).exists()
    again = claim(alive, 10)
    assert {one.id for one in again} == {attempt.id for attempt in five_due[:3]}
    assert {one.epoch for one in again} == {3}


def test_the_attempts_of_a_process_that_was_seen_to_die_are_due_at_once(five_due):
    with subprocess.Popen(["sleep", "600"]) as other:
        wave = lease.start()
        Wave.objects.filter(id=wave).update(pid=other.pid)
        claim(wave, 5)
        assert lease.release_dead() == 0
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert lease.release_dead() == 5  # dead, and not reaped yet
    assert lease.claiming() == 0
    assert Attempt.objects.filter(wave=None, due_at__isnull=False, epoch=2).count() == 5


@pytest.mark.parametrize("elsewhere", ["another kernel, or another table of processes", ""])
def test_a_process_that_cannot_be_seen_keeps_its_lease(five_due, elsewhere):
    wave = lease.start()
    with subprocess.Popen(["true"]) as gone:
        pass
    Wave.objects.filter(id=wave).update(pid=gone.pid, place=elsewhere)
    claim(wave, 5)
    assert lease.release_dead() == 0
    assert lease.claiming() == 1


@pytest.mark.django_db
def test_a_wave_that_lost_its_lease_is_told_so():
    wave = lease.start()
    assert lease.renew(wave) is True
    Wave.objects.filter(id=wave).delete()
    assert lease.renew(wave) is False


def test_a_wave_that_ends_gives_back_what_is_left(five_due):
    wave = lease.start()
    claim(wave, 5)
    lease.end(wave)
    assert Attempt.objects.filter(wave=None, due_at__isnull=False).count() == 5
    assert lease.claiming() == 0


@pytest.mark.django_db(transaction=True)
def test_two_waves_claiming_at_once_never_get_the_same_attempt(alice):
    for _ in range(40):
        make_attempt(make_edit(alice.workspace))
    taken: list[list[str]] = []
    start = threading.Barrier(4)

    def take() -> None:
        wave = lease.start()
        start.wait()
        mine = []
        while held := claim(wave, 3):
            mine += [one.id for one in held]
        taken.append(mine)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [attempt_id for mine in taken for attempt_id in mine]
    assert len(everything) == len(set(everything)) == 40
    assert Attempt.objects.filter(epoch=1, state=AttemptState.INTENT).count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_wave_that_waits_for_somebody_frozen_gives_up_and_keeps_its_lease(alice):
    make_attempt(make_edit(alice.workspace))
    wave = threading.Thread(target=run_wave, args=(0.2,))
    with transaction.atomic():
        ProviderState.objects.select_for_update().get(name="shortapi")  # as one who admits does
        wave.start()
        wave.join(30)
        assert not wave.is_alive()
    assert Attempt.objects.filter(state=AttemptState.INTENT, wave=None, due_at__isnull=False, epoch=0).count() == 1
