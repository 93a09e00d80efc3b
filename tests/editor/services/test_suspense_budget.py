"""What we may come to owe a provider in a day for orders of unknown outcome is bounded."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from billing.ledger import book_cost
from editor.breaker import Position, position
from editor.models import Alert, ProviderState
from editor.services.enforce_suspense_budget import enforce_suspense_budget
from editor.services.raise_alert import BUDGET

pytestmark = pytest.mark.django_db
LIMIT = 5_000_000


def owe(dollars, attempt, provider="pixazo", *, certain=False):
    book_cost(attempt=attempt, provider=provider, amount=int(dollars * 1_000_000), certain=certain)


def state(provider="pixazo"):
    return ProviderState.objects.annotate(now=Now()).get(name=provider)


def open_alerts():
    return list(Alert.objects.filter(kind=BUDGET, closed_at=None).values_list("subject", flat=True))


def test_the_budget_is_five_dollars_unless_said_otherwise(settings):
    assert settings.SUSPENSE_BUDGET == LIMIT


def test_up_to_the_budget_nothing_happens(db):
    owe(5, "att_1")
    assert enforce_suspense_budget() == []
    assert state().open_until is None
    assert open_alerts() == []


def test_above_it_the_breaker_opens_until_midnight_with_one_alert(db):
    owe(5, "att_1")
    owe(0.000001, "att_2")
    assert enforce_suspense_budget() == ["pixazo"]
    assert enforce_suspense_budget() == []
    row = state()
    assert position(row.breaker, row.now) is Position.OPEN
    assert (row.open_code, row.open_until.strftime("%H:%M:%S")) == ("suspense_budget", "00:00:00")
    assert timedelta(0) < row.open_until - row.now <= timedelta(days=1)
    assert row.open_reason == "$5.000001 booked today is for unknown outcomes; the budget is $5.00 a day."
    assert Alert.objects.values_list("kind", "subject", "times").get() == (BUDGET, "pixazo", 1)


def test_what_is_owed_for_certain_or_to_another_counts_nothing(db):
    owe(50, "att_1", certain=True)
    owe(4, "att_2")
    owe(4, "att_3", "aimlapi")
    assert enforce_suspense_budget() == []


def test_a_provider_that_is_off_for_another_reason_is_stopped_for_the_day(db):
    ProviderState.objects.filter(name="pixazo").update(
        open_until=timezone.now() + timedelta(seconds=30), open_seconds=30, open_code="failing", probe="att_9"
    )
    owe(6, "att_1")
    assert enforce_suspense_budget() == ["pixazo"]
    assert (state().open_code, state().probe) == ("suspense_budget", "")


def test_staff_who_close_it_allow_as_much_again(db):
    owe(6, "att_1")
    enforce_suspense_budget()
    ProviderState.objects.filter(name="pixazo").update(open_until=None, open_code="")
    owe(4, "att_2")
    assert enforce_suspense_budget() == []
    assert open_alerts() == []
    assert Alert.objects.get().note == "The breaker is not open for it any more."
    owe(0.01, "att_3")
    assert enforce_suspense_budget() == ["pixazo"]
    assert open_alerts() == ["pixazo"]
    assert Alert.objects.count() == 2


def test_after_midnight_it_is_half_open_and_the_alert_is_closed(db):
    owe(6, "att_1")
    enforce_suspense_budget()
    Alert.objects.update(opened_at=timezone.now() - timedelta(days=1))
    ProviderState.objects.filter(name="pixazo").update(open_until=timezone.now() - timedelta(seconds=1))
    owe(0.01, "att_2", "aimlapi")
    row = state()
    assert position(row.breaker, row.now) is Position.HALF_OPEN
    enforce_suspense_budget()
    assert Alert.objects.filter(subject="pixazo", closed_at__isnull=False).exists()
