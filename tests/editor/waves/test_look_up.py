"""AI/ML API's orders whose answer was lost: looked up by our own id, never sent again without its word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.facade import balance
from billing.models import Account, Entry
from editor.attempts import AttemptState
from editor.domain import Actor, EditRequest
from editor.models import Attempt, Edit
from editor.services.submit_edit import submit_edit
from editor.sweeper import sweep
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.conftest import simulate
from tests.editor.rows import make_image
from tests.editor.waves.test_waves import ended, in_state, run_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def upstream(simulator, settings):
    """AI/ML API is on, and ShortAPI, which is cheaper; both are the simulator."""
    return simulate(simulator, settings, "shortapi", "aimlapi")


@pytest.fixture
def submit(credit, upstream):
    actor = Actor(credit.workspace.id, user_id=credit.user.id)

    def submit(**changes):
        facts = {"prompt": "warmer light", "images": (make_image(credit.workspace).id,), "provider": "aimlapi"}
        return submit_edit(actor=actor, request=EditRequest(**{**facts, **changes}))

    yield submit
    assert_books_are_right()


def owed(kind):
    """What we owe AI/ML API by an account of this kind, in µ$."""
    account = Account.objects.filter(kind=kind, provider="aimlapi").first()
    return sum(Entry.objects.filter(account=account).values_list("amount", flat=True)) if account else 0


def time_is_up(edit):
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now() - timedelta(seconds=1))
    sweep()
    edit.refresh_from_db()


def look_now(edit):
    """Let one wave look, as if its time had come; the order is one of this minute all the same."""
    Attempt.objects.filter(edit=edit, state=AttemptState.UNKNOWN).update(due_at=timezone.now())
    run_wave(0.5)
    return Attempt.objects.filter(edit=edit).earliest("id")


def test_what_was_charged_is_owed_for_certain_at_its_price_and_not_asked_for_again(submit, upstream, credit):
    upstream.order("price_change", provider="aimlapi", amount="0.05")
    upstream.order("accept_then_drop", provider="aimlapi")
    edit = submit()
    run_until(lambda: Attempt.objects.filter(edit=edit, error_code="charged_unseen").exists())
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.reported_cost, attempt.due_at, attempt.wave_id) == ("unknown", "0.05", None, None)
    time_is_up(edit)
    attempt.refresh_from_db()
    assert (edit.status, edit.charged, attempt.state) == ("failed", 0, "lost")
    assert (owed("provider_accrued"), owed("suspense")) == (50_000, 0)
    assert balance(credit.workspace.id).held == 0
    assert upstream.counts("aimlapi")["posts"] == 1


def test_a_charge_that_is_out_of_bounds_is_not_believed(submit, upstream):
    upstream.order("price_change", provider="aimlapi", amount="0.43")  # $0.042 was expected
    upstream.order("accept_then_drop", provider="aimlapi")
    edit = submit()
    run_until(lambda: Attempt.objects.filter(edit=edit, error_code="charged_unseen").exists())
    time_is_up(edit)
    assert (owed("provider_accrued"), owed("suspense")) == (0, 42_000)


def test_what_failed_and_cost_nothing_is_ordered_elsewhere(submit, upstream):
    upstream.order("out_of_credit")  # ShortAPI, which is asked first, turns us away
    upstream.order("fail_job", provider="aimlapi")
    upstream.order("accept_then_drop", provider="aimlapi")
    edit = submit(provider="auto")
    run_until(ended(edit))
    states = list(Attempt.objects.filter(edit=edit).order_by("id").values_list("provider", "state", "error_code"))
    assert states == [("shortapi", "rejected", "provider_account"), ("aimlapi", "rejected", "failed_unseen")]
    assert (edit.status, edit.charged, edit.error_code) == ("failed", 0, "failed_unseen")
    assert (owed("provider_accrued"), owed("suspense")) == (0, 0)
    assert upstream.counts("aimlapi")["posts"] == 1


def test_what_is_not_in_the_list_stays_unknown_however_often_it_is_looked_for(submit, upstream):
    upstream.order("drop", provider="aimlapi")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    for _ in range(3):
        attempt = look_now(edit)
        assert (attempt.state, attempt.error_code) == ("unknown", "outcome_unknown")
        assert attempt.due_at > timezone.now()
    time_is_up(edit)
    assert (owed("provider_accrued"), owed("suspense")) == (0, 42_000)
    assert upstream.counts("aimlapi")["posts"] == 1


def test_an_order_of_the_same_minute_is_not_taken_for_it(submit, upstream):
    upstream.order("accept_then_drop", provider="aimlapi", times=1)
    other = submit(prompt="colder light")
    run_until(lambda: Attempt.objects.filter(edit=other, error_code="charged_unseen").exists())
    upstream.order("drop", provider="aimlapi")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    attempt = look_now(edit)
    assert (attempt.state, attempt.error_code, attempt.reported_cost) == ("unknown", "outcome_unknown", "")
