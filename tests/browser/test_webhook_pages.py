"""The pages of webhooks in a real browser: wide and on a phone, light and dark, with nothing serious found by axe."""

import pytest
from playwright.sync_api import expect

from accounts.services.record_audit import By
from editor.deliveries.courier import run_courier
from editor.models import Endpoint
from editor.services.send_test_event import send_test_event
from editor.webhook_signing import mint
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.conftest import Person
from tests.editor.deliveries.receiver import receiving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sent(credit: Person, settings) -> Endpoint:
    """An endpoint that answered 500 to a long test."""
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    with receiving() as receiver:
        receiver.answers(500, b"out of order " * 60)
        url = receiver.url + "/long" * 40  # made as a row: Playwright's loop runs in this thread
        made = Endpoint.objects.create(workspace=credit.workspace, url=url, events=["edit.failed"], secret=mint())
        send_test_event(workspace_id=credit.workspace.id, endpoint_id=made.id, by=By())
        assert run_courier(seconds=5) == 1
    return made


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_who_manages_webhooks_can_read_the_pages(window, credit, sent, width, scheme):
    inside = window(width=width, scheme=scheme).sign_in(credit)
    for path in ("/settings/webhooks/", f"/settings/webhooks/{sent.id}/"):
        page = inside.open(path)
        for opened in page.locator("main details > summary").all():
            opened.click()
        page.mouse.move(0, 0)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path
        expect(page.locator("h1")).to_have_count(1)


def test_an_endpoint_is_added_and_its_secret_shown_once(window, credit, sent):
    page = window().sign_in(credit).open("/settings/webhooks/")
    page.get_by_text("Add an endpoint").click()
    page.get_by_label("Address").fill("https://93.184.216.34/hook")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    page.get_by_label("Password").fill("alice's long password")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Its secret")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="https://93.184.216.34/hook")).to_be_visible()
    expect(page.get_by_role("heading", name="Its secret")).to_have_count(0)
    assert Endpoint.objects.filter(url="https://93.184.216.34/hook").count() == 1
