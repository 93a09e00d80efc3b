"""How a customer pays: by clicking through the fake Stripe, which tells us with a signed event."""

from playwright.sync_api import Page, expect

from tests.browser.month.studio import run_tasks
from tests.fake_stripe_fixture import FakeStripe


def top_up(page: Page, stripe: FakeStripe) -> None:
    """Pay 25 dollars at the Checkout, on the page where that is chosen."""
    page.get_by_text("$25.00", exact=True).click()
    page.get_by_role("button", name="Pay at Stripe").click()
    page.get_by_text("the bank pays").first.click()
    page.get_by_role("button", name="Pay $25.00").click()
    expect(page.get_by_text("Stripe is confirming the payment")).to_be_visible()
    assert heard(stripe) > 0
    expect(page.get_by_text("$25.00 of credit was added")).to_be_visible()


def turn_automatic_on(page: Page, stripe: FakeStripe, *, below: str, by: str) -> None:
    """Save a card and have it pay, on the page of automatic top-ups."""
    page.get_by_role("button", name="Save a card at Stripe").click()
    page.get_by_role("button", name="Save card").click()
    expect(page.get_by_role("heading", name="Automatic top-ups")).to_be_visible()
    heard(stripe)
    page.reload()
    page.get_by_label("When less than this is left, in dollars").fill(below)
    page.get_by_label("Top up by").fill(by)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Automatic top-ups are on.")).to_be_visible()


def heard(stripe: FakeStripe) -> int:
    """Wait until Stripe's events are here and were acted on; gives how many came."""
    came = stripe.settle()
    assert {one["status"] for one in came} <= {204}
    run_tasks()
    return len(came)
