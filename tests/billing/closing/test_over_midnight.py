"""A transaction that takes over midnight and longer is waited for, and so is no change of a closed day."""

from datetime import UTC, datetime, time, timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from billing.closing import close_books, close_day
from billing.invariants import INVARIANTS, violations
from billing.ledger import grant
from billing.models import DailyClose, Transfer
from tests.billing.parallel import aside

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_goes_on_since_before_midnight_is_closed_with_its_day(alice):
    grant(workspace_id=alice.workspace.id, amount=1, key="first")
    day = timezone.now().date()
    then = datetime.combine(day + timedelta(days=1), time(0, 20), UTC)
    written, may_end = Event(), Event()

    def take_long():
        with transaction.atomic():
            grant(workspace_id=alice.workspace.id, amount=2, key="over midnight")
            written.set()
            assert may_end.wait(timeout=60)

    running = aside(take_long)
    try:
        assert written.wait(timeout=60)
        assert close_books(now=then) == []
        with pytest.raises(ValueError, match="once every transaction is over that began before its end"):
            close_day(day, now=then)
        assert not DailyClose.objects.exists()
        may_end.set()
        assert running.result(timeout=60) is None
        assert close_books(now=then) == [day]
    finally:
        may_end.set()
    assert DailyClose.objects.get().transfers == Transfer.objects.count() == 2
    assert violations({name: rule for name, rule in INVARIANTS.items() if name.startswith("I10")}) == []
