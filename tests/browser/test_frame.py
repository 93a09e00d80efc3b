"""The frame, the wall and the sign-in pages, in a real browser."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from editor.models import Project
from tests.browser.conftest import SIZES, Window, scrolls_sideways, serious_findings
from tests.conftest import Person
from tests.pictures import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


ENTRANCE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
INSIDE = ["/", "/?q=nothing", "/accounts/password/change/", "/accounts/email/", "/accounts/logout/"]


def only_status(window: Window, status: int) -> None:
    """Forgive the browser its note of an answer that was asked for, and nothing else."""
    assert [one for one in window.complaints if f"status of {status}" not in one] == []
    window.complaints.clear()


def shelf(person: Person, name: str) -> Project:
    project = Project.objects.create(workspace=person.workspace, name=name)
    store(person, project_id=project.id)
    return project


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_pages_outside(window, width, scheme):
    outside = window(width=width, scheme=scheme)
    for path in ENTRANCE:
        page = outside.open(path)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path
        expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_pages_inside(window, alice, width, scheme):
    shelf(alice, "A name without any space: " + "x" * 54)
    inside = window(width=width, scheme=scheme).sign_in(alice)
    for path in INSIDE:
        page = inside.open(path)
        assert not scrolls_sideways(page), path
        assert serious_findings(page) == [], path
        expect(page.locator("h1")).to_have_count(1)


def test_alice_signs_in_and_out(window, alice):
    page = window().open("/accounts/login/")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill("alice's long password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    expect(page.locator(".messages")).to_have_css("margin-bottom", "16px")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_password_is_said_and_nobody_is_let_in(window, alice):
    page = window().open("/accounts/login/")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill("not hers")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    page.goto(page.url.split("/accounts")[0] + "/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_project_is_made_and_opened_by_keys_alone(window, alice):
    shelf(alice, "Ceramics")
    page = window().sign_in(alice).open("/")
    page.keyboard.press("n")
    page.keyboard.type("Spring lookbook")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Spring lookbook")).to_be_visible()
    expect(page.get_by_text("Drop a picture here")).to_be_visible()


def test_a_bad_name_is_refused_in_place_and_can_be_corrected(window, alice):
    shelf(alice, "Ceramics")
    inside = window().sign_in(alice)
    page = inside.open("/")
    page.get_by_label("Name of the new project").fill("   ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 to 80 characters; 0 given. Nothing was changed.")).to_be_visible()
    assert serious_findings(page) == []
    page.keyboard.type("Spring lookbook")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Spring lookbook")).to_be_visible()
    only_status(inside, 422)


def test_a_project_is_made_without_javascript(window, alice):
    page = window(javascript=False).sign_in(alice).open("/")
    page.get_by_label("Name of your first project").fill("Spring lookbook")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name="Spring lookbook")).to_be_visible()


def test_a_search_narrows_the_wall_while_it_is_typed(window, alice):
    shelf(alice, "Ceramics")
    shelf(alice, "Harbour at six")
    page = window().sign_in(alice).open("/")
    page.keyboard.press("/")
    page.keyboard.type("harb")
    expect(page.locator(".tile-name")).to_have_text(["Harbour at six"])
    expect(page).to_have_url(re.compile(r"\?q=harb$"))


def test_a_name_is_changed_on_its_tile(window, alice):
    shelf(alice, "Ceramics")
    page = window().sign_in(alice).open("/")
    page.get_by_role("link", name="Rename Ceramics").click()
    field = page.get_by_label("Name of the project")
    expect(field).to_be_focused()
    field.fill("White ceramics")
    page.keyboard.press("Enter")
    expect(page.locator(".tile-name")).to_have_text(["White ceramics"])


def test_a_theme_is_kept(window, alice):
    page = window(scheme="light").sign_in(alice).open("/")
    grounds = []
    for name in ("Theme: system", "Theme: light", "Theme: dark"):
        button = page.get_by_role("button", name=name)
        page.reload()
        grounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        button.click()
    assert grounds[0] == grounds[1] != grounds[2]
    expect(page.get_by_role("button", name="Theme: system")).to_be_visible()


def test_the_keys_are_listed_on_a_question_mark(window, alice):
    page = window().sign_in(alice).open("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("search projects")
    assert serious_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)


def test_pictures_shift_nothing_when_they_come(window, alice):
    for number in range(12):
        shelf(alice, f"project {number}")
    page = window().sign_in(alice).open("/")
    shifted = page.evaluate(
        """() => new Promise((tell) => new PerformanceObserver((list) => tell(list.getEntries()
             .filter((one) => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)))
           .observe({type: "layout-shift", buffered: true}) ?? setTimeout(() => tell(0), 300))"""
    )
    assert shifted == 0


def test_a_page_is_small(window, alice):
    for number in range(60):
        shelf(alice, f"project {number}") if number < 2 else Project.objects.create(
            workspace=alice.workspace, name=f"project {number}"
        )
    page = window().sign_in(alice).open("/")
    assert len(page.content().encode()) < 60_000


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_an_error_page_says_whether_it_cost_anything(window, alice, width, scheme):
    inside = window(width=width, scheme=scheme).sign_in(alice)
    page = inside.open("/nothing/here/")
    expect(page.get_by_role("heading", name="There is nothing here.")).to_be_visible()
    expect(page.get_by_text("nothing was charged")).to_be_visible()
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
    only_status(inside, 404)


def test_when_the_session_has_ended_the_next_poll_leads_to_sign_in_and_back(window, alice):
    path = f"/projects/{shelf(alice, 'Ceramics').id}/"
    page = window().sign_in(alice).open(path)
    Session.objects.all().delete()
    page.evaluate("document.body.dispatchEvent(new Event('credit-changed'))")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert page.url.endswith(f"/accounts/login/?next={path}")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill("alice's long password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{path}")
