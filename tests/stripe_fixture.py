"""Stripe is on, and is the run's fake: `till` gives it as new to each test that asks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.billing.stripe.till import Till
    from tests.fake_stripe_fixture import FakeStripe


@pytest.fixture
def till(fake_stripe: "FakeStripe", settings: Any, db: None) -> Iterator["Till"]:
    """The fake as new. When the test is over the books are right."""
    from tests.billing.stripe.till import Till
    from tests.books import assert_books_are_right

    till = Till(fake_stripe.loop, fake_stripe.control)
    till.do(lambda: till.shop.listeners.append(till.hear))
    settings.STRIPE_API_BASE = fake_stripe.url
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = fake_stripe.key, (fake_stripe.webhook_secret,)
    yield till
    till.do(lambda: till.shop.listeners.remove(till.hear))
    assert_books_are_right()
