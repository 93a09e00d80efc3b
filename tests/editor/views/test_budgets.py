"""Budgets: set, changed and removed by whoever manages money; what is over them is decided by whoever may."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from accounts.permissions import Role
from billing.models import Approval, Budget
from billing.price_book import set_price
from editor.domain import Actor, EditRequest
from editor.models import Attempt, Edit, Project
from editor.services.submit_edit import submit_edit
from tests.accounts.cast import member
from tests.accounts.doors import browser_of
from tests.editor.rows import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shortapi")]


@pytest.fixture
def browser(credit) -> Client:
    return browser_of(credit.user)


def text(answer) -> str:
    return str(answer.content.decode())


def form(**changes: str) -> dict[str, str]:
    return {"of": "workspace", "period": "month", "limit": "0.10", "approver": "", **changes}


@pytest.fixture
def ask(credit, bob):
    """Bob submits an edit that is over the budget, whose approver is Ann, an editor."""
    ann = member(credit.workspace, "ann", Role.EDITOR)
    Budget.objects.create(workspace=credit.workspace, scope="workspace", period="month", limit=0, approver=ann)
    picture = make_image(credit.workspace).id

    def submit() -> Edit:
        request = EditRequest(prompt="warmer light", images=(picture,))
        return Edit.objects.get(
            id=submit_edit(actor=Actor(credit.workspace.id, user_id=bob.user.id), request=request).id
        )

    submit.ann = ann  # type: ignore[attr-defined]
    return submit


def test_a_budget_is_set_changed_and_removed(browser, credit):
    assert browser.post("/billing/budgets/set/", form()).status_code == 302
    budget = Budget.objects.get()
    assert (budget.scope, budget.period, budget.limit, budget.approver) == ("workspace", "month", 100_000, None)
    page = text(browser.get(f"/billing/budgets/?change={budget.id}"))
    assert "The whole workspace, a month" in page
    assert 'value="0.10"' in page
    browser.post("/billing/budgets/set/", form(limit="$1,000", approver=credit.user.id))
    assert Budget.objects.get().limit == 1_000_000_000
    assert "an edit waits for alice@example.com" in text(browser.get("/billing/budgets/"))
    assert browser.post(f"/billing/budgets/{budget.id}/remove/").status_code == 302
    assert not Budget.objects.exists()
    acts = list(AuditEvent.objects.filter(target=budget.id).order_by("id").values_list("action", flat=True))
    assert acts == ["budget.set", "budget.set", "budget.removed"]


def test_a_budget_of_a_project_is_shown_by_name(browser, credit):
    project = Project.objects.create(workspace=credit.workspace, name="Spring lookbook")
    browser.post("/billing/budgets/set/", form(of=f"project:{project.id}", period="day"))
    assert "Project Spring lookbook, a day" in text(browser.get("/billing/budgets/"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"limit": "soon"}, "limit-error"),
        ({"limit": "-1"}, "limit-error"),
        ({"limit": ""}, "limit-error"),
        ({"of": "project:prj_missing"}, "of-error"),
        ({"of": "member:\x00"}, "of-error"),
        ({"of": "project:"}, "of-error"),
        ({"approver": "usr_missing"}, "approver-error"),
    ],
)
def test_a_bad_field_is_named_and_nothing_kept(browser, changes, error):
    answer = browser.post("/billing/budgets/set/", form(**changes))
    assert answer.status_code == 422
    assert f'id="{error}"' in text(answer)
    assert "Nothing was changed." in text(answer)
    assert not Budget.objects.exists()


def test_another_workspaces_project_is_no_target(browser, mallory):
    hers = Project.objects.create(workspace=mallory.workspace, name="Hers")
    assert browser.post("/billing/budgets/set/", form(of=f"project:{hers.id}")).status_code == 422
    assert not Budget.objects.exists()


def test_an_editor_looks_and_sets_nothing(credit, bob):
    budget = Budget.objects.create(workspace=credit.workspace, scope="workspace", period="day", limit=1)
    editor = browser_of(bob.user)
    page = text(editor.get("/billing/budgets/"))
    assert "$0.000001" in page
    assert "/billing/budgets/set/" not in page
    assert editor.post("/billing/budgets/set/", form()).status_code == 403
    assert editor.post(f"/billing/budgets/{budget.id}/remove/").status_code == 403
    assert Budget.objects.get().limit == 1


def test_the_named_approver_lets_it_run_with_a_note(ask):
    edit = ask()
    ann = browser_of(ask.ann)
    assert f"/billing/approvals/{edit.id}/approve/" in text(ann.get("/billing/budgets/"))
    assert ann.post(f"/billing/approvals/{edit.id}/approve/", {"note": " go\x00 on "}).status_code == 302
    assert (Approval.objects.get().state, Approval.objects.get().note) == ("approved", "go on")
    assert Attempt.objects.count() == 1
    again = ann.post(f"/billing/approvals/{edit.id}/approve/")
    assert (again.status_code, Attempt.objects.count()) == (409, 1)
    assert "This edit does not wait any more" in text(again)


def test_whoever_manages_money_decides_too_and_refused_it_is_free(ask, browser):
    edit = ask()
    assert browser.post(f"/billing/approvals/{edit.id}/refuse/", {"note": "too dear"}).status_code == 302
    edit.refresh_from_db()
    assert (edit.status, edit.charged, Approval.objects.get().note) == ("failed", 0, "too dear")


def test_who_asked_cannot_approve_it(ask, bob):
    edit, browser = ask(), browser_of(bob.user)
    page = text(browser.get("/billing/budgets/"))
    assert "waits for ann@example.com" in page
    assert "/approve/" not in page
    answer = browser.post(f"/billing/approvals/{edit.id}/approve/")
    assert answer.status_code == 422
    assert "Only whoever was asked" in text(answer)
    assert (Attempt.objects.count(), Approval.objects.get().state) == (0, "waiting")


def test_approved_when_nobody_does_it_for_that_price_any_more_it_says_so_and_waits(ask, browser):
    edit = ask()
    set_price(provider="shortapi", model="seedream-4.5", resolutions=["2K"], amount=50_000, source="test")
    answer = browser.post(f"/billing/approvals/{edit.id}/approve/")
    assert answer.status_code == 422
    assert "it would cost more than it sells for" in text(answer)
    assert "It waits as before: approve it later, or refuse it." in text(answer)
    assert (Attempt.objects.count(), Approval.objects.get().state) == (0, "waiting")


def test_mallory_finds_nothing_to_decide(ask, mallory):
    answer = browser_of(mallory.user).post(f"/billing/approvals/{ask().id}/approve/")
    assert (answer.status_code, Approval.objects.get().state) == (404, "waiting")


def test_what_waits_is_still_decided_once_its_budget_is_gone(ask, browser):
    edit = ask()
    browser.post(f"/billing/budgets/{Budget.objects.get().id}/remove/")
    assert "waits for whoever looks after the money" in text(browser.get("/billing/budgets/"))
    assert browser.post(f"/billing/approvals/{edit.id}/approve/").status_code == 302
    edit.refresh_from_db()
    assert (edit.awaits_approval, Attempt.objects.count()) == (False, 1)


def test_who_asked_sees_on_the_project_page_whom_it_waits_for(ask, bob, browser):
    edit = ask()
    address = f"/projects/{edit.project_id}/{edit.id}/"
    page = text(browser_of(bob.user).get(address))
    assert "waits for ann@example.com’s approval" in page
    assert "Its price of $0.0475 is set aside" in page
    assert f"#{edit.id}" not in page
    assert f"/billing/budgets/#{edit.id}" in text(browser.get(address))


def test_over_a_budget_without_an_approver_the_composer_says_which_and_until_when(browser, credit):
    Budget.objects.create(workspace=credit.workspace, scope="workspace", period="month", limit=10_000)
    picture = make_image(credit.workspace)
    project = Project.objects.create(workspace=credit.workspace, name="Spring")
    sent = {"prompt": "warmer", "images": picture.id, "n": "1", "key": "web_1"}
    said = text(browser.post(f"/projects/{project.id}/edits/", sent, headers={"HX-Request": "true"}))
    assert "the monthly budget of this workspace has $0.010000 left until 1 " in said
    assert not Edit.objects.exists()
