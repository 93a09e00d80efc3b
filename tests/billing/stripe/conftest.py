"""Alice tops up with one call."""

from collections.abc import Callable

import pytest

from accounts.services.record_audit import By
from billing.facade import Balance, balance
from billing.models import Payment
from billing.services.start_top_up import start_top_up
from tests.accounts.cast import by
from tests.billing.stripe.till import Till
from tests.conftest import Person

DOLLAR = 1_000_000


@pytest.fixture
def owner(alice: Person) -> By:
    return by(alice.user)


@pytest.fixture
def start(till: Till, alice: Person, owner: By) -> Callable[..., Payment]:
    """Start a top-up of Alice's: `start(25)`, in dollars."""

    def make(dollars: int = 25, *, keep_card: bool = False) -> Payment:
        start_top_up(workspace_id=alice.workspace.id, amount=dollars * DOLLAR, keep_card=keep_card, by=owner)
        return Payment.objects.latest("id")

    return make


@pytest.fixture
def paid(till: Till, start: Callable[..., Payment]) -> Callable[..., Payment]:
    """Top up and have all of it told: `paid(25)`."""

    def make(dollars: int = 25, *, keep_card: bool = False) -> Payment:
        payment = start(dollars, keep_card=keep_card)
        till.pay(payment.session)
        till.tell()
        payment.refresh_from_db()
        return payment

    return make


@pytest.fixture
def credit_of(alice: Person) -> Callable[[], Balance]:
    return lambda: balance(alice.workspace.id)
