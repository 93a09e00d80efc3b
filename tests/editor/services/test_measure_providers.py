"""Measuring providers: what counts, how far back, and what it comes to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Attempt, ProviderState
from editor.services.measure_providers import measure_providers
from tests.editor.rows import make_attempt, make_edit

pytestmark = pytest.mark.django_db
DELIVERED = AttemptState.DELIVERED


@pytest.fixture
def ended(alice):
    """Make an ended order whose results came after so many seconds, and whose pictures were fetched a minute later."""
    edit = make_edit(alice.workspace)

    def ended(state=DELIVERED, *, took=5.0, ago=timedelta(minutes=1), sent=True, **columns):
        finished = timezone.now() - ago
        results = finished - timedelta(seconds=60)
        started = results - timedelta(seconds=took) if sent else None
        columns = {"provider": "apipod", "due_at": None, **columns}
        attempt = make_attempt(edit, state, finished_at=finished, started_at=started, **columns)
        Attempt.objects.filter(id=attempt.id).update(entered_at=results)

    return ended


def measured(name="apipod"):
    measure_providers()
    state = ProviderState.objects.get(name=name)
    return state.samples, state.success_rate, state.median_seconds, state.p95_seconds


def test_the_time_is_from_sending_to_the_results_and_the_rate_of_what_counts(ended):
    for took in range(1, 22):
        ended(took=float(took))
    for state, code in [(AttemptState.FAILED, "job_failed"), (AttemptState.LOST, "deadline_exceeded")]:
        ended(state, took=500.0, error_code=code)
    ended(AttemptState.NOT_SENT, error_code="not_sent")
    samples, rate, median, p95 = measured()
    assert (samples, rate) == (24, pytest.approx(21 / 24))
    assert (median, p95) == (pytest.approx(11), pytest.approx(20))


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (AttemptState.REJECTED, {"error_code": "rejected"}),
        (AttemptState.REJECTED, {"error_code": "rate_limited"}),
        (AttemptState.REJECTED, {"error_code": "image_unfetchable"}),
        (AttemptState.REJECTED, {"error_code": "provider_account"}),
        (AttemptState.FAILED, {"error_code": "content_refused"}),
        (AttemptState.FAILED, {"error_code": "bad_result"}),
        (AttemptState.NOT_SENT, {"error_code": "provider_resting", "sent": False}),
        (AttemptState.CANCELED, {"sent": False}),
        (DELIVERED, {"ago": timedelta(hours=24, minutes=1)}),
        (DELIVERED, {"provider": "apikley"}),
    ],
)
def test_what_says_nothing_of_a_provider_is_not_counted(ended, state, facts):
    ended(state, **facts)
    assert measured() == (0, None, None, None)


def test_only_the_latest_two_hundred_count(ended):
    ended(AttemptState.LOST, ago=timedelta(hours=1))
    for _ in range(200):
        ended()
    assert measured()[:2] == (200, 1.0)


def test_what_is_no_longer_known_is_forgotten(ended):
    ended()
    assert measured() == (1, 1.0, 5.0, 5.0)
    Attempt.objects.update(finished_at=timezone.now() - timedelta(days=2))
    assert measured() == (0, None, None, None)


def test_measuring_is_one_statement(ended, django_assert_num_queries):
    ended()
    with django_assert_num_queries(1):
        measure_providers()
