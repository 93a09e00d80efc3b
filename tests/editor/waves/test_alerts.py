"""What a wave tells staff: a reply that cannot be read is a matter for them, once for its provider."""

import pytest

from editor.attempts import AttemptState
from editor.models import Alert
from tests.editor.waves.test_waves import in_state, run_until, submit  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("fault", "why"), [("html_200", "is not a JSON object"), ("empty_200", "names no job")])
def test_a_reply_that_cannot_be_read_is_raised_once_for_its_provider(submit, upstream, fault, why):  # noqa: F811
    upstream.order(fault, times=2)
    for prompt in ("warmer", "colder"):
        run_until(in_state(submit(prompt=prompt), AttemptState.UNKNOWN))
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.closed_at) == ("unreadable_reply", "shortapi", None)
    assert alert.message == f"shortapi sent what its documents do not describe: the reply {why}"
    assert alert.times == 2


def test_an_answer_that_never_came_is_not_unreadable(submit, upstream):  # noqa: F811
    upstream.order("accept_then_drop")
    run_until(in_state(submit(), AttemptState.UNKNOWN))
    assert not Alert.objects.exists()
