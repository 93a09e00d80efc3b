"""The API's page works under our policy, with nothing from outside."""

import pytest

from tests.browser.conftest import SIZES, serious_findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_page(window, width, scheme):
    page = window(width=width, scheme=scheme).open("/api/docs/")
    page.locator("#operations-edits-create_edit .opblock-summary").click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    assert serious_findings(page) == []


def test_the_page_shows_every_address_and_asks_only_us(window):
    ours = window()
    page = ours.context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", ours._heard)
    page.goto(ours.base + "/api/docs/", wait_until="networkidle")
    page.get_by_text("/edits/{edit_id}/cancel").first.wait_for()
    page.locator("#operations-edits-create_edit .opblock-summary").click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    assert [url for url in asked if not url.startswith((ours.base, "data:"))] == []
