"""Two browsers, one team: invited, joined, given another role, removed; each side sees it without a reload."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.mail import EmailMessage
from playwright.sync_api import expect

from accounts.models import Membership, User
from accounts.permissions import Role
from accounts.services.create_workspace import create_workspace
from accounts.services.invite_member import invite_member
from editor.models import Project
from tests.accounts.cast import by, member
from tests.browser.conftest import SIZES, Window, scrolls_sideways, serious_findings
from tests.browser.test_frame import only_status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/settings/members/", "/settings/", "/workspaces/new/"]


def _link(message: EmailMessage) -> str:
    return str(re.findall(r"/invitations/[\w-]+/", str(message.body))[0])


def refused(window: Window) -> None:
    """Forgive the browser its note of a request that was to be refused."""
    only_status(window, 403)


def test_eve_is_invited_joins_by_signing_up_is_given_another_role_and_removed(window, alice, settings):
    settings.SIGNUP_OPEN = True
    Project.objects.create(workspace=alice.workspace, name="Ceramics")
    hers, his = window().sign_in(alice), window()
    team = hers.open("/settings/members/")
    team.get_by_label("Invite by e-mail").fill("eve@example.com")
    team.get_by_label("As", exact=True).select_option("editor")
    team.get_by_role("button", name="Invite", exact=True).click()
    expect(team.get_by_text("eve@example.com is invited.")).to_be_visible()
    link = _link(mail.outbox[-1])

    page = his.open(link)
    expect(page.get_by_text("eve@example.com")).to_be_visible()
    page.get_by_role("link", name="Make an account").click()
    expect(page.get_by_label("Email")).to_have_value("eve@example.com")
    for field in page.locator("input[type=password]").all():
        field.fill("eve's long password")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("You are in Alice's studio now, as editor.")).to_be_visible()
    expect(page.get_by_text("Ceramics")).to_be_visible()

    # Alice's page, which was open all the time, shows Eve among the members.
    expect(team.get_by_role("combobox", name="Role of eve@example.com")).to_have_value("editor")
    page.goto(his.base + "/settings/members/")
    expect(page.get_by_label("Invite by e-mail")).to_have_count(0)
    team.get_by_role("combobox", name="Role of eve@example.com").select_option("admin")
    team.get_by_role("button", name="Change the role of eve@example.com").click()
    expect(team.get_by_text("The role is admin now.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Role of eve@example.com")).to_have_value("admin")
    # All of her page is an admin's now, without a reload.
    expect(page.get_by_label("Invite by e-mail")).to_be_visible()
    expect(page.get_by_role("link", name="API keys")).to_be_visible()
    assert mail.outbox[-1].subject == "Your role in Alice's studio is admin now"

    team.get_by_label("Remove eve@example.com").click()
    team.get_by_role("button", name="Remove them").click()
    expect(team.get_by_text("no longer in this workspace")).to_be_visible()
    # Eve's tab notices by itself.
    expect(page.get_by_role("heading", name="You are not in that workspace.")).to_be_visible()
    page.get_by_role("link", name="Go on in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    expect(page.get_by_text("Ceramics")).to_have_count(0)
    refused(his)


def test_whose_role_was_lowered_meanwhile_is_refused_in_the_open_tab(window, alice, bob):
    tab = window().sign_in(bob)
    page = tab.open("/")
    page.get_by_label("Name of your first project").fill("Mine")
    Membership.objects.filter(user=bob.user).update(role=Role.VIEWER)
    page.get_by_role("button", name="Create project").click()
    said = "Your role in Alice's studio is viewer, and this takes owner, admin or editor."
    expect(page.get_by_text(said)).to_be_visible()
    assert not Project.objects.exists()
    refused(tab)


def test_the_switcher_works_by_keys_alone_and_in_a_phone(window, alice):
    create_workspace(owner=alice.user, name="Second studio", by=by(alice.user))
    page = window().sign_in(alice).open("/")
    page.keyboard.press("w")
    expect(page.locator("#workspace-menu")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["id"] == "region" or one["impact"] in ("serious", "critical")] == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".workspace")).to_contain_text("Second studio")
    phone = window(width=390).sign_in(alice).open("/")
    phone.get_by_role("button", name="Account").click()
    phone.get_by_role("button", name="Switch workspace").click()
    phone.get_by_role("button", name="Second studio").click()
    phone.wait_for_load_state("networkidle")
    phone.get_by_role("link", name="Settings").click()
    expect(phone.get_by_role("heading", name="Second studio")).to_be_visible()


def test_without_javascript_a_workspace_is_chosen_too(window, alice):
    create_workspace(owner=alice.user, name="Second studio", by=by(alice.user))
    page = window(javascript=False).sign_in(alice).open("/")
    page.locator(".workspace").click()
    page.get_by_role("button", name="Second studio").click()
    expect(page.locator(".workspace")).to_contain_text("Second studio")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_teams_pages(window, alice, bob, width, scheme):
    member(alice.workspace, "a-very-long-name-without-any-space-in-it-" + "x" * 20, Role.BILLING)
    for name in ("eve", "e" * 60):
        invite_member(workspace_id=alice.workspace.id, email=f"{name}@example.com", role="viewer", by=by(alice.user))
    link = _link(mail.outbox[0])
    inside = window(width=width, scheme=scheme).sign_in(alice)
    for path in [*PAGES, link]:
        page = inside.open(path)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path
        expect(page.locator("h1")).to_have_count(1)
    page = inside.open("/workspaces/not-a-member/")
    assert serious_findings(page) == []
    refused(inside)
    outside = window(width=width, scheme=scheme)
    page = outside.open(link)
    assert serious_findings(page) == []
    only_status(inside, 403)
    assert User.objects.filter(email="eve@example.com").count() == 0
