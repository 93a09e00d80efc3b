"""An order that would be paid for and come after its edit's end is not sent."""

import pytest
from django.utils import timezone

from billing.facade import balance
from editor.attempts import AttemptState
from editor.models import Attempt, Edit, ProviderState
from editor.waves.claims import ENOUGH_SAMPLES
from tests.editor.waves.test_waves import ended, run_until, submit  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def usually_takes(seconds, *, samples=ENOUGH_SAMPLES):
    ProviderState.objects.filter(name="shortapi").update(median_seconds=seconds, samples=samples)


def test_less_time_than_the_provider_usually_takes_ends_the_edit_uncharged_at_once(submit, upstream, credit):  # noqa: F811
    usually_takes(20.4)
    edit = submit(deadline_seconds=10)
    run_until(ended(edit))
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "deadline_exceeded", 0)
    assert edit.error_message.startswith("shortapi usually takes 20 s, and ")
    assert edit.error_message.endswith(" s were left, so it was not asked. You were not charged.")
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.started_at) == (AttemptState.NOT_SENT, None)
    assert upstream.counts()["posts"] == 0
    assert (balance(credit.workspace.id).held, balance(credit.workspace.id).spent) == (0, 0)


@pytest.mark.parametrize("known", [{"seconds": 9.0}, {"seconds": 20.4, "samples": ENOUGH_SAMPLES - 1}])
def test_time_enough_or_a_provider_that_is_hardly_known_is_worth_the_order(submit, upstream, known):  # noqa: F811
    usually_takes(**known)
    edit = submit(deadline_seconds=15)
    run_until(ended(edit))
    assert edit.status == "succeeded"


def test_a_probe_that_is_not_sent_leaves_its_turn_to_the_next(submit, upstream):  # noqa: F811
    ProviderState.objects.filter(name="shortapi").update(open_until=timezone.now(), open_seconds=30)
    usually_takes(60.0)
    edits = [submit(deadline_seconds=10), submit(deadline_seconds=600)]
    run_until(ended(edits[1]))
    assert edits[1].status == "succeeded"
    assert Edit.objects.get(id=edits[0].id).error_code == "deadline_exceeded"
    assert ProviderState.objects.get(name="shortapi").open_until is None
