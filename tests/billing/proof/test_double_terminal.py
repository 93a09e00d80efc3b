"""Five hundred holds, each closed by two to four callers at once, in three ways: each ends exactly once."""

import random
from collections import Counter
from functools import partial

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing.errors import HoldClosed
from billing.facade import Closed, balance, capture, release
from billing.invariants import violations
from billing.ledger import expire_hold, grant, hold
from billing.models import Account, Hold, Transfer
from tests.billing.ledger.books import ago
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
HOLDS, CALLERS = 500, 4


@pytest.fixture
def edits(alice: Person) -> list[str]:
    grant(workspace_id=alice.workspace.id, amount=HOLDS * 10, key="for all")
    edits = [f"edt_{number}" for number in range(HOLDS)]
    for edit in edits:
        hold(workspace_id=alice.workspace.id, reference=edit, amount=10)
    Hold.objects.update(expires_at=ago(seconds=1))
    return edits


def _close(how: str, edit: str) -> object:
    try:
        if how == "capture":
            return capture(reference=edit, amount=7)
        return release(reference=edit) if how == "release" else expire_hold(reference=edit)
    except HoldClosed:
        return None


def test_each_hold_ends_exactly_once_whoever_closes_it(edits: list[str], alice: Person):
    chance = random.Random(5)
    plans = {edit: chance.choices(["capture", "release", "expire"], k=chance.randint(2, CALLERS)) for edit in edits}
    ends: Counter[str] = Counter()

    def caller(number: int) -> None:
        for edit in edits:
            if number < len(plans[edit]) and isinstance(_close(plans[edit][number], edit), Closed):
                ends[edit] += 1

    assert together([partial(caller, number) for number in range(CALLERS)]) == [None] * CALLERS
    assert set(ends.values()) == {1}
    assert len(ends) == HOLDS
    states = Counter(Hold.objects.values_list("state", flat=True))
    assert set(states) == {"captured", "released", "expired"}
    assert Transfer.objects.filter(kind="capture").count() == states["captured"]
    assert balance(alice.workspace.id).spent == 7 * states["captured"]
    assert balance(alice.workspace.id).held == 0
    assert_books_are_right()


def test_control_looking_before_closing_ends_some_twice(edits: list[str], alice: Person):
    ends: Counter[str] = Counter()

    def look_then_close(edit: str) -> None:
        with transaction.atomic():
            if Hold.objects.get(reference=edit).state != "held":
                return
            Hold.objects.filter(reference=edit).update(state="released", closed_at=timezone.now())
            Account.objects.filter(kind="wallet").update(held=F("held") - 10)
            ends[edit] += 1

    for edit in edits[:20]:
        together([partial(look_then_close, edit)] * CALLERS)
        if any(count > 1 for count in ends.values()):
            break
    assert max(ends.values()) > 1
    assert "I3 an account has on hold what its open holds sum to" in {found.invariant for found in violations()}
