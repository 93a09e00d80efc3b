"""The simulator's control page in a real browser: keyboard and phone, light and dark, with and without a script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.simulator_fixture import Simulator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_readable_and_no_wider_than_its_window(window, simulator: Simulator, width: int, scheme: str) -> None:
    simulator.order("rate_limit", provider="apikley", times=None, retry_after="Fri, 21 Oct 2095 07:28:00 GMT")
    one = window(width=width, scheme=scheme)
    one.base = simulator.url
    for path in ("/control/", "/"):
        page = one.open(path)
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []


def test_a_fault_is_ordered_by_keyboard_alone_and_without_a_script(window, simulator: Simulator) -> None:
    one = window(javascript=False)
    one.base = simulator.url
    page = one.open("/control/")
    form = page.locator("form", has_text="Order a fault")
    form.get_by_label("Provider").select_option("apipod")
    form.get_by_label("Fault").select_option("rate_limit")
    form.get_by_label("Retry-After").fill("-1")
    form.get_by_label("Retry-After").press("Enter")
    expect(page.get_by_role("status")).to_have_text("The fault waits for its turn.")
    expect(page.get_by_role("article", name="apipod")).to_contain_text("rate_limit × 1 retry_after=-1")
    assert simulator.counts("apipod")["faults_waiting"] == [
        {"fault": "rate_limit", "times": 1, "options": {"retry_after": "-1"}}
    ]
