"""Which children of `up` are replaced, and when; and a look that hangs stops nobody."""

import threading
import time
from itertools import pairwise

from config.signs import STALE_SECONDS
from config.watchdog import EVERY_SECONDS, GRACE, PATIENCE, Judge, Suspects, Watchdog

HANGS = {"cluster waves": "no sign of life"}
LONG_AGO = -1000.0


def replaced(judge: Judge, seen: Suspects | None, *, started: float, until: float, begin: float = 0.0) -> list[float]:
    """Look every five seconds; give when the cluster of waves was to be replaced, which it then is."""
    times = []
    now = begin
    while now <= until:
        if judge.stalled({"cluster waves": started}, seen, now=now):
            times.append(now)
            started = now
        now += EVERY_SECONDS
    return times


def test_a_stalled_cluster_is_replaced_within_a_minute_of_its_last_sign() -> None:
    (first, *_) = replaced(Judge(), HANGS, started=LONG_AGO, until=20.0)
    assert STALE_SECONDS + EVERY_SECONDS + first + EVERY_SECONDS < 60
    assert first == PATIENCE


def test_a_cluster_that_shows_a_sign_in_between_is_left_alone() -> None:
    judge = Judge()
    for turn in range(100):
        seen = {} if turn % 3 == 0 else HANGS
        assert judge.stalled({"cluster waves": LONG_AGO}, seen, now=turn * EVERY_SECONDS) == {}


def test_without_the_database_nobody_is_replaced_and_afterwards_all_have_time_to_show_themselves() -> None:
    judge = Judge()
    assert replaced(judge, HANGS, started=LONG_AGO, until=PATIENCE - EVERY_SECONDS) == []
    assert replaced(judge, None, started=LONG_AGO, begin=PATIENCE, until=1000.0) == []
    assert replaced(judge, HANGS, started=LONG_AGO, begin=1005.0, until=1005.0 + PATIENCE) == [1005.0 + PATIENCE]


def test_a_new_child_has_time_to_start() -> None:
    assert replaced(Judge(), HANGS, started=0.0, until=GRACE + PATIENCE)[0] == GRACE + PATIENCE


def test_who_stalls_again_and_again_is_replaced_less_and_less_often() -> None:
    times = replaced(Judge(), HANGS, started=LONG_AGO, until=6000.0)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[:4] == [75.0, 135.0, 255.0, 495.0]
    assert pauses[4:] == [975.0] * len(pauses[4:])
    assert len(pauses) > 5


def test_who_was_well_again_is_not_remembered_as_stalled() -> None:
    judge = Judge()
    assert replaced(judge, HANGS, started=LONG_AGO, until=PATIENCE) == [PATIENCE]
    assert judge.stalled({"cluster waves": PATIENCE}, {}, now=100.0) == {}
    assert replaced(judge, HANGS, started=PATIENCE, begin=105.0, until=200.0) == [120.0, 195.0]


def hang() -> Suspects | None:
    threading.Event().wait()
    return None


def test_a_look_that_hangs_stops_nobody_and_accuses_nobody() -> None:
    watchdog = Watchdog(hang)
    begun = time.monotonic()
    assert [watchdog.stalled({"web": 0.0}) for _ in range(100)] == [{}] * 100
    watchdog.close()
    assert time.monotonic() - begun < 5  # it would be for ever


def test_a_look_is_made_in_another_process_and_its_answer_heard() -> None:
    watchdog = Watchdog(dict)
    pause = threading.Event()
    assert watchdog.stalled({"web": 0.0}) == {}
    for _ in range(100):
        assert watchdog.stalled({"web": 0.0}) == {}
        if watchdog._judge.records:
            break
        pause.wait(0.05)
    assert watchdog._judge.records["web"].suspect_since is None
    watchdog.close()
