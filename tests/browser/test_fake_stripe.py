"""The fake Stripe's pages in a real browser: they can be clicked, wide and on a phone, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.billing.fake_stripe.story import customer, live, top_up
from tests.browser.conftest import Window
from tests.fake_stripe_fixture import FakeStripe

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_checkout_is_clicked_through_the_bank_to_its_end(
    fake_stripe: FakeStripe, window: Callable[..., Window], live_server: Any, width: int, scheme: str
) -> None:
    v1: Any = fake_stripe.client().v1
    end = f"{live_server.url}/accounts/login/?session={{CHECKOUT_SESSION_ID}}"
    session = v1.checkout.sessions.create(top_up(customer=customer(v1)) | {"success_url": end})
    browser = window(width=width, scheme=scheme)
    browser.base = ""
    page = browser.open(session.url)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Visa 4000 0025 0000 3155").check()
    page.get_by_role("button", name="Pay $25.00").click()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_url(f"**/accounts/login/?session={session.id}")
    assert v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_the_portal_and_the_control_have_nothing_for_axe(
    fake_stripe: FakeStripe, window: Callable[..., Window]
) -> None:
    v1 = live(fake_stripe)
    alice = v1.subscriptions.list({"status": "all"}).data[0].customer
    portal = v1.billing_portal.sessions.create({"customer": alice, "return_url": "http://localhost:8000/"})
    browser = window(width=390)
    browser.base = ""
    for address in (portal.url, f"{fake_stripe.url}/control/"):
        page = browser.open(address)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
