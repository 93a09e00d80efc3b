"""Stripe is on, and is the fake in a thread of the run's own: `till` gives it as new to each test that asks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.billing.stripe.till import Till


@pytest.fixture(scope="session")
def running_till() -> Iterator["Till"]:
    from tests.billing.stripe.till import open_till

    with open_till() as till:
        yield till


@pytest.fixture
def till(running_till: "Till", settings: Any, db: None) -> Iterator["Till"]:
    """The fake as new. When the test is over the books are right."""
    from tests.billing.stripe.till import KEY, SECRET
    from tests.books import assert_books_are_right

    running_till.do(running_till.shop.clear)
    running_till.events.clear()
    settings.STRIPE_API_BASE = running_till.shop.address
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, (SECRET,)
    yield running_till
    assert_books_are_right()
