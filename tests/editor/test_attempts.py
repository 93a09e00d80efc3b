"""The state machine: what may follow what, and that nothing can make it pay twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.attempts import OPEN_STATES, AttemptState, Effect, Event, Impossible, advance

events = st.lists(st.sampled_from(list(Event)), max_size=30)


def live(happenings):
    """Let the events happen to a fresh attempt; gives the states it went through and the effects asked for."""
    state, states, effects = AttemptState.INTENT, [AttemptState.INTENT], []
    for event in happenings:
        try:
            step = advance(state, event)
        except Impossible:
            continue
        state = step.state
        states.append(state)
        effects.append(step.effects)
    return states, effects


@given(events)
def test_no_order_of_events_posts_twice(happenings):
    _, effects = live(happenings)
    assert sum(Effect.POST in asked for asked in effects) <= 1


@given(events)
def test_only_what_was_sent_once_and_is_unknown_is_replayed_and_stays_unknown(happenings):
    states, effects = live(happenings)
    posted = False
    for before, asked, after in zip(states, effects, states[1:], strict=False):
        if Effect.REPLAY in asked:
            assert posted
            assert before == after == AttemptState.UNKNOWN
            assert asked == {Effect.REPLAY}
        posted = posted or Effect.POST in asked


@given(events)
def test_no_order_of_events_both_delivers_and_is_ordered_again(happenings):
    states, effects = live(happenings)
    assert not (AttemptState.DELIVERED in states and any(Effect.ROUTE_AGAIN in asked for asked in effects))


@given(events)
def test_a_closed_attempt_stays_closed(happenings):
    states, _ = live(happenings)
    closed = [state for state in states if state not in OPEN_STATES]
    assert len(closed) <= 1
    assert not closed or states[-1] == closed[0]


@given(events)
def test_every_closing_ends_the_part_or_orders_it_again_but_never_both(happenings):
    states, effects = live(happenings)
    for state, asked in zip(states[1:], effects, strict=True):
        followed = len({Effect.END_PART, Effect.ROUTE_AGAIN} & asked)
        assert followed == (0 if state in OPEN_STATES else 1)


@given(events)
def test_cost_is_booked_at_most_once(happenings):
    _, effects = live(happenings)
    assert sum(len({Effect.BOOK_COST, Effect.BOOK_SUSPENSE} & asked) for asked in effects) <= 1


@pytest.mark.parametrize("state", [AttemptState.SUBMITTING, AttemptState.UNKNOWN])
def test_what_may_have_been_sent_is_never_ordered_again_without_proof(state):
    for event in (Event.OUTCOME_UNKNOWN, Event.ORPHANED, Event.REPLAY, Event.DEADLINE, Event.CANCEL):
        try:
            step = advance(state, event)
        except Impossible:
            continue
        assert Effect.ROUTE_AGAIN not in step.effects


def test_an_orphaned_submission_is_unknown_and_staff_are_told():
    step = advance(AttemptState.SUBMITTING, Event.ORPHANED)
    assert step.state == AttemptState.UNKNOWN
    assert step.effects == {Effect.ALERT}


def test_what_is_unsent_is_canceled_and_what_is_sent_is_not():
    assert advance(AttemptState.INTENT, Event.CANCEL).state == AttemptState.CANCELED
    for state in OPEN_STATES - {AttemptState.INTENT}:
        with pytest.raises(Impossible, match="cancel"):
            advance(state, Event.CANCEL)


def test_the_deadline_owes_nothing_for_what_was_never_sent():
    assert advance(AttemptState.INTENT, Event.DEADLINE).effects == {Effect.END_PART}
    for state in OPEN_STATES - {AttemptState.INTENT}:
        step = advance(state, Event.DEADLINE)
        assert step.state == AttemptState.LOST
        assert Effect.BOOK_SUSPENSE in step.effects


def test_a_replay_can_only_be_of_an_unknown_attempt():
    for state in AttemptState:
        if state != AttemptState.UNKNOWN:
            with pytest.raises(Impossible, match="replay"):
                advance(state, Event.REPLAY)


def test_an_order_refused_under_its_own_key_was_never_taken_and_may_go_elsewhere():
    assert advance(AttemptState.UNKNOWN, Event.REJECTED) == advance(AttemptState.SUBMITTING, Event.REJECTED)
    assert advance(AttemptState.UNKNOWN, Event.REFUSED) == advance(AttemptState.SUBMITTING, Event.REFUSED)


def test_a_replay_that_was_not_sent_proves_nothing():
    with pytest.raises(Impossible, match="not_sent"):
        advance(AttemptState.UNKNOWN, Event.NOT_SENT)


# Product.md's picture, line by line: state, event, the state that follows, what must be done. All else is impossible.
PICTURE = """
intent      submit           submitting  post
intent      rerouted         not_sent    route_again
intent      cancel           canceled    end_part
intent      deadline         canceled    end_part
submitting  not_sent         not_sent    route_again
submitting  rejected         rejected    route_again
submitting  refused          rejected    end_part
submitting  accepted         accepted    poll
submitting  results          collecting  download
submitting  outcome_unknown  unknown     alert
submitting  orphaned         unknown     alert
submitting  deadline         lost        book_suspense end_part alert
unknown     replay           unknown     replay
unknown     accepted         accepted    poll
unknown     results          collecting  download
unknown     rejected         rejected    route_again
unknown     refused          rejected    end_part
unknown     disproved        rejected    route_again
unknown     given_up         lost        book_suspense end_part alert
unknown     deadline         lost        book_suspense end_part alert
accepted    results          collecting  download
accepted    job_failed       failed      route_again
accepted    refused          failed      end_part
accepted    deadline         lost        book_suspense end_part alert
collecting  delivered        delivered   book_cost end_part
collecting  undeliverable    failed      book_cost end_part
collecting  deadline         lost        book_suspense end_part alert
"""


def test_the_whole_picture_and_nothing_beside_it():
    drawn = {
        (state, event): (after, set(effects))
        for state, event, after, *effects in map(str.split, PICTURE.strip().splitlines())
    }
    found = {}
    for state in AttemptState:
        for event in Event:
            try:
                step = advance(state, event)
            except Impossible as impossible:
                assert str(impossible) == f"{event} cannot happen to an attempt that is {state}"  # noqa: PT017
            else:
                found[str(state), str(event)] = (str(step.state), {str(effect) for effect in step.effects})
    assert found == drawn
    assert {state for state, _ in drawn} == {str(state) for state in OPEN_STATES}
