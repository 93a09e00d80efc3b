"""Billing's pages in a real browser: numbers, charts, lines, budgets; wide and on a phone, light and dark."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.permissions import Role
from billing.models import Approval, Budget
from editor.domain import Actor, EditRequest
from editor.models import Attempt, Project
from editor.services.submit_edit import submit_edit
from tests.accounts.cast import member
from tests.billing.views.money import charge, credit, used
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings
from tests.conftest import Person
from tests.editor.rows import make_edit, make_image

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shortapi")]
PAGES = [
    "/billing/",
    "/billing/history/",
    "/billing/usage/?by=member",
    "/billing/usage/?span=365&by=project",
    "/billing/budgets/",
]


@pytest.fixture
def studio(alice: Person, bob: Person) -> Person:
    """A month of work: credit, charges, usage of everybody, budgets, and an edit that waits for Alice."""
    workspace = alice.workspace
    credit(workspace, 25, memo="Top-up")
    credit(workspace, 5, expires_at=timezone.now() + timedelta(days=20), memo="Welcome to Pentimento")
    project = Project.objects.create(workspace=workspace, name="Spring lookbook with a rather long name for a project")
    for number in range(40):
        edit = make_edit(workspace)
        charge(workspace, edit.id, 47_500)
        used(
            workspace, days_ago=number * 7 % 29, provider=["shortapi", "pixazo", "aimlapi"][number % 3],
            member=[alice.user.id, bob.user.id, ""][number % 3], project=project.id, pictures=1 + number % 4,
            retail=47_500 * (1 + number % 4), key=f"key_{number}",
        )  # fmt: skip
    limits = {"workspace": ("", "month", 40), "member": (bob.user.id, "month", 0), "project": (project.id, "day", 2)}
    for scope, (target, period, dollars) in limits.items():
        Budget.objects.create(
            workspace=workspace,
            scope=scope,
            target=target,
            period=period,
            limit=dollars * 1_000_000,
            approver=alice.user,
        )
    picture = make_image(workspace).id
    request = EditRequest(prompt="warmer light, and the mountains behind it in snow", images=(picture,), n=2)
    submit_edit(actor=Actor(workspace.id, user_id=bob.user.id), request=request)
    return alice


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_pages_fit_and_are_accessible(window, studio, width, scheme):
    hers = window(width=width, scheme=scheme).sign_in(studio)
    for path in PAGES:
        page = hers.open(path)
        assert serious_findings(page) == [], path
        assert not scrolls_sideways(page), path
        page.close()


def test_alice_looks_at_the_numbers_and_finds_why_she_was_charged(window, studio):
    page = window().sign_in(studio).open(reverse("workspace_settings"))
    page.get_by_role("link", name="Billing").click()
    expect(page.get_by_role("heading", name="Billing")).to_be_visible()
    expect(page.get_by_role("img", name="Charged on each of the last 30 days")).to_be_visible()
    page.get_by_role("link", name="History").click()
    page.get_by_label("What").select_option("charges")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name="Why was I charged?").first.click()
    expect(page.get_by_role("heading", name="Why was I charged?")).to_be_visible()


def test_alice_lets_bobs_edit_run_and_changes_the_budget(window, studio):
    page = window().sign_in(studio).open("/billing/budgets/")
    page.get_by_label("Note").fill("for the fair")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("It runs now. Its price counts in the budget.")).to_be_visible()
    assert (Approval.objects.get().note, Attempt.objects.count()) == ("for the fair", 1)
    page.get_by_role("listitem").filter(has_text="The whole workspace").get_by_role("link", name="Change").click()
    page.get_by_label("Limit, in dollars").fill("99.50")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("of $99.50")).to_be_visible()


def test_a_new_workspace_finds_words_and_not_emptiness(window, mallory):
    hers = window(width=390).sign_in(mallory)
    for path, said in {
        "/billing/": "There is no credit yet.",
        "/billing/history/": "Nothing came and nothing went yet.",
        "/billing/usage/": "Nothing arrived in these days",
        "/billing/budgets/": "There is no budget",
    }.items():
        page = hers.open(path)
        expect(page.get_by_text(said)).to_be_visible()
        assert serious_findings(page) == []
        assert not scrolls_sideways(page)


def test_a_viewer_has_no_way_to_billing(window, studio):
    vera = Person(member(studio.workspace, "vera", Role.VIEWER), studio.workspace, "")
    page = window().sign_in(vera).open(reverse("workspace_settings"))
    expect(page.get_by_role("link", name="Billing")).to_have_count(0)
