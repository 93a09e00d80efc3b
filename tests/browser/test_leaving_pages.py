"""The audit log, the export, deletion and staff in somebody's place, in a real browser: wide and on a phone."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from accounts.services.record_audit import By, record_audit
from tests.accounts.test_impersonation import REASON, sign_in
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.browser.test_frame import only_status
from tests.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/settings/audit/", "/settings/export/", "/settings/delete/", "/settings/delete-account/"]


def enter_as(window, user: User):
    """Give a window the session of somebody who has just shown that it is them."""
    client = sign_in(Client(), user)
    window.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": window.base}])
    return window


@pytest.fixture
def told(credit: Person) -> Person:
    by = By(user_id=credit.user.id, name="alice@example.com", address="203.0.113.9")
    for number in range(60):
        record_audit(workspace_id=credit.workspace.id, action="project.renamed", by=by, target_name=f"Shelf {number}",
                     before={"name": "Spring"}, after={"name": f"Shelf {number}", "is_default": False})  # fmt: skip
    staffed = By(user_id=credit.user.id, staff_id="usr_sam", name="alice@example.com", address="2001:db8::1")
    record_audit(workspace_id=credit.workspace.id, action="support.entered", by=staffed, note=REASON)
    return credit


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_pages(window, told, width, scheme):
    inside = enter_as(window(width=width, scheme=scheme), told.user)
    for path in PAGES:
        page = inside.open(path)
        expect(page.locator("h1")).to_have_count(1)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path


def test_the_log_is_looked_through_by_keys_alone(window, told):
    page = enter_as(window(), told.user).open("/settings/audit/")
    page.get_by_label("Search").focus()
    page.keyboard.type("Shelf 7")
    page.keyboard.press("Enter")
    expect(page.locator(".audit-event")).to_have_count(1)
    page.get_by_role("link", name="Show all").first.click()
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Shelf 3", exact=False).first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_staff_in_somebodys_place_sees_it_on_every_page_and_stops(window, told, width):
    sam = User.objects.create_user("sam@example.com", "sam's long password", is_staff=True)
    seen = enter_as(window(width=width), sam)
    page = seen.open("/staff/customers/?q=alice")
    page.get_by_text("See it in their place").click()
    page.get_by_label("Why, as the customer will read it").fill(REASON)
    assert serious_findings(page) == []
    page.get_by_role("button", name="Take their place").click()
    expect(page.get_by_text("seeing this as alice@example.com")).to_be_visible()
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
    page.goto(seen.base + "/settings/keys/")
    expect(page.get_by_role("heading", name="That is not allowed.")).to_be_visible()
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
    only_status(seen, 403)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("seeing this as")).to_have_count(0)


def test_deletion_stands_on_every_page_and_is_undone(window, told):
    page = enter_as(window(), told.user).open("/settings/delete/")
    page.get_by_label("Type the workspace’s name").fill("Alice's studio")
    page.get_by_role("button", name="Delete it in 14 days").click()
    expect(page.get_by_role("button", name="Keep the workspace")).to_be_visible()
    page.goto(page.url.replace("/settings/delete/", "/"))
    page.get_by_role("link", name="Undo it").click()
    page.get_by_role("button", name="Keep the workspace").click()
    expect(page.get_by_role("button", name="Delete it in 14 days")).to_be_visible()
