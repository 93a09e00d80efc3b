"""How often a job is asked after: by its age, by troubles, and by whether its provider calls back."""

import pytest

from editor.waves.pace import Callbacks, next_look, next_poll


def within_a_fifth(seconds, wanted):
    return wanted * 0.8 <= seconds <= wanted * 1.2


@pytest.mark.parametrize(
    ("age", "called_back", "wanted"),
    [
        (0, False, 1),
        (10, False, 3),
        (60, False, 6),
        (500, False, 10),
        (0, True, 8),
        (5, True, 8),
        (40, True, 40),
        (500, True, 60),
    ],
)
def test_the_older_a_job_the_less_often_it_is_asked_after(age, called_back, wanted):
    assert within_a_fifth(next_poll(age, called_back=called_back), wanted)


@pytest.mark.parametrize(("troubles", "factor"), [(1, 2), (2, 4), (3, 8), (9, 8)])
def test_polls_that_fail_are_repeated_less_and_less_often(troubles, factor):
    assert within_a_fifth(next_poll(10, troubles=troubles), 3 * factor)


def after(callbacks, calls):
    """Note a job for each letter, c for one that was called back, and tell whether the provider is trusted."""
    for call in calls:
        callbacks.note("shortapi", called=call == "c")
    return callbacks.come("shortapi")


def test_a_provider_is_trusted_to_call_until_three_jobs_were_found_done_without():
    callbacks = Callbacks()
    assert after(callbacks, "--")
    assert not after(callbacks, "-")
    assert callbacks.come("apipod")


def test_a_provider_that_calls_again_is_trusted_again():
    callbacks = Callbacks()
    assert not after(callbacks, "-" * 50)
    assert after(callbacks, "c" * 20)


def test_a_look_waits_as_long_again_as_it_has_been_unknown_and_as_long_as_the_provider_wishes():
    assert within_a_fifth(next_look(0), 1)
    assert within_a_fifth(next_look(20), 20)
    assert within_a_fifth(next_look(500), 60)
    assert next_look(0, retry_after=300) == 300
