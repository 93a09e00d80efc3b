"""Signs of life: who looks stalled, and what `manage.py alive` says of it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from config.signs import STALE_SECONDS, Signs, beat_of_cluster, read_signs, suspects
from editor.models import Heartbeat
from tests.conftest import Person
from tests.editor.rows import make_attempt, make_edit

ALL = ("web", "sweeper", "cluster default", "cluster waves")
WELL = Signs({"sweeper": 1.0, beat_of_cluster("default"): 3.0, beat_of_cluster("waves"): 3.0}, 0.0, 2)


def test_who_shows_signs_is_well() -> None:
    assert suspects(ALL, WELL) == {}


@pytest.mark.parametrize(
    ("child", "signs"),
    [
        ("web", Signs(WELL.beats, 0.0, 2, web=False)),
        ("sweeper", Signs({**WELL.beats, "sweeper": STALE_SECONDS + 1}, 0.0, 2)),
        ("cluster default", Signs({**WELL.beats, beat_of_cluster("default"): STALE_SECONDS + 1}, 0.0, 2)),
        ("cluster waves", Signs({**WELL.beats, beat_of_cluster("waves"): STALE_SECONDS + 1}, 0.0, 2)),
        ("cluster waves", Signs(WELL.beats, STALE_SECONDS + 1, 0)),
    ],
)
def test_who_shows_none_is_the_only_one_suspected(child: str, signs: Signs) -> None:
    assert list(suspects(ALL, signs) or ()) == [child]


def test_another_machines_cluster_says_nothing_of_ours() -> None:
    elsewhere = Signs({"cluster waves@elsewhere": 1.0}, 0.0, 2)
    assert suspects(["cluster waves"], elsewhere) == {"cluster waves": "no sign of life"}


def test_what_waits_while_a_wave_finishes_what_was_paid_for_is_nobodys_fault() -> None:
    assert suspects(ALL, Signs(WELL.beats, 300.0, 1)) == {}


@pytest.mark.django_db
def test_a_part_that_beats_is_alive_and_one_that_does_not_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Heartbeat.beat(beat_of_cluster("waves"))
    call_command("alive", "waves")
    assert capsys.readouterr().out == "alive\n"
    with pytest.raises(CommandError, match=r"^cluster default: no sign of life; sweeper: no sign of life$"):
        call_command("alive")


@pytest.mark.django_db
def test_an_attempt_that_nobody_takes_shows(alice: Person) -> None:
    make_attempt(make_edit(alice.workspace), due_at=timezone.now() - timedelta(seconds=60))
    signs = read_signs()
    assert signs is not None
    assert (59 <= signs.due_seconds < 90, signs.live_waves) == (True, 0)


def test_a_part_that_there_is_not_is_refused() -> None:
    with pytest.raises(CommandError, match=r"There is no part wave; there are default, waves, sweeper\."):
        call_command("alive", "wave")
