"""The pages of API keys in a real browser: wide and on a phone, light and dark, with nothing serious found by axe."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_who_manages_keys_can_read_the_pages_and_keeps_the_key_shown_once(
    window, alice: Person, width, scheme
):
    inside = window(width=width, scheme=scheme).sign_in(alice)
    page = inside.open("/settings/keys/")
    expect(page.get_by_role("navigation", name="Settings").locator("[aria-current]")).to_be_in_viewport(ratio=0.9)
    for opened in page.locator("main details > summary").all():
        opened.click()
    page.mouse.move(0, 0)
    assert not scrolls_sideways(page)
    assert serious_findings(page) == []
    page.locator("#make").get_by_label("Name", exact=True).fill("web shop")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_label("Password").fill("alice's long password")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not scrolls_sideways(page)
    assert serious_findings(page) == []


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/security/", "/accounts/sessions/"])
def test_on_a_phone_the_settings_list_shows_the_page_that_is_open(window, alice: Person, path):
    page = window(width=390).sign_in(alice).open(path)
    expect(page.get_by_role("navigation", name="Settings").locator("[aria-current]")).to_be_in_viewport(ratio=0.9)
