"""What an answer means and how long one waits, as tables."""

from datetime import timedelta

import pytest

from editor.deliveries.scrub import answer_text, scrub
from editor.webhook_rules import REST, SCHEDULE, TRIES, judge, next_wait


@pytest.mark.parametrize(
    ("status", "taken", "gone", "rest"),
    [
        (200, True, False, 0), (299, True, False, 0), (101, False, False, 0), (300, False, False, 0),
        (304, False, False, 0), (400, False, False, 0), (404, False, False, 0), (410, False, True, 0),
        (429, False, False, 60), (500, False, False, 0), (502, False, False, 60), (503, False, False, 0),
        (504, False, False, 60), (None, False, False, 0),
    ],
)  # fmt: skip
def test_every_answer_has_one_meaning(status, taken, gone, rest):
    verdict = judge(status)
    assert (verdict.is_taken, verdict.is_gone, verdict.rest) == (taken, gone, timedelta(seconds=rest))


def test_ten_tries_each_a_tenth_around_its_wait_and_no_eleventh():
    assert TRIES == 10
    for failed, wait in enumerate(SCHEDULE, start=1):
        assert next_wait(failed, luck=-1) == wait * 0.9
        assert next_wait(failed, luck=1) == wait * 1.1
    assert next_wait(10, luck=0) is None
    assert next_wait(1, luck=0, rest=REST) == REST
    assert next_wait(2, luck=0, rest=REST) == timedelta(minutes=5)


def test_what_opens_a_door_is_not_kept():
    said = "pnt_test_abc whsec_a+b/c= Authorization: Bearer abcdefgh https://h.example/p?e=1&s=2 a?b=c\u202e\x07"
    assert scrub(said) == "pnt_test_… whsec_… Authorization: Bearer … https://h.example/p?… a?b=c��"
    assert answer_text("é".encode() * 3000) == "é" * 2048
    assert answer_text(b"\xff\xfe") == "��"
