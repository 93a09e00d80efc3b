"""Alice tops up with one call."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from accounts.services.record_audit import By
from billing.facade import Balance, balance
from billing.fake_stripe import bank
from billing.fake_stripe import till as counter
from billing.models import Payment
from billing.services.change_automatic import change_automatic
from billing.services.start_saving_card import start_saving_card
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


@pytest.fixture
def give_card(till: Till, alice: Person, owner: By) -> Callable[..., None]:
    """Save a card: `give_card(number)`."""

    def give(card: str = "4242424242424242") -> None:
        start_saving_card(workspace_id=alice.workspace.id, token="x" + card, by=owner)
        session = till.all("checkout.session")[0]["id"]
        intent = till.pay(session, card)
        if intent.get("status") == "requires_action":

            def confirm() -> None:
                made = till.shop.things[intent["id"]]
                bank.finish(till.shop, made)
                counter.complete(till.shop, till.shop.things[session], made)

            till.do(confirm)
        till.tell()

    return give


@pytest.fixture
def turn_on(till: Till, alice: Person, owner: By) -> Callable[..., None]:
    """Turn it on: below $5 pay $25, at most $60 a month. Nothing is run yet."""

    def turn(threshold: int = 5, amount: int = 25, cap: int = 60) -> None:
        cache.clear()
        change_automatic(
            workspace_id=alice.workspace.id,
            threshold=threshold * DOLLAR,
            amount=amount * DOLLAR,
            monthly_cap=cap * DOLLAR,
            by=owner,
        )

    return turn
