"""What is over a budget waits for its approver: nothing is ordered before, and it ends free when nobody agrees."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEvent, Membership
from accounts.services.record_audit import By
from billing.errors import OverBudget
from billing.facade import balance, budgets_of
from billing.models import Approval, Hold
from billing.services.set_budget import BudgetTerms, set_budget
from editor.domain import Actor, EditRequest
from editor.errors import NotFound
from editor.models import Attempt, Edit
from editor.services.cancel_edit import cancel_edit
from editor.services.decide_approval import approve_edit, refuse_edit
from editor.services.end_overdue import end_overdue
from editor.services.mail_budget import mail_approval, mail_budget
from editor.services.submit_edit import submit_edit
from tests.books import assert_books_are_right
from tests.conftest import make_user
from tests.editor.rows import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shortapi")]
PRICE = 47_500


@pytest.fixture
def ask(credit, bob):
    """Bob submits an edit in Alice's workspace, whose monthly budget has nothing left; Alice approves."""
    terms = BudgetTerms("workspace", "", "month", 0, credit.user.id)
    set_budget(workspace=credit.workspace, terms=terms, by=By(name="test"))
    picture = make_image(credit.workspace).id

    def submit(**changes):
        request = EditRequest(prompt="warmer light", images=(picture,), **changes)
        return submit_edit(actor=Actor(credit.workspace.id, user_id=bob.user.id), request=request)

    return submit


def by(person):
    return By(user_id=person.user.id, name=person.user.email)


def test_it_waits_with_its_price_set_aside_and_nothing_ordered(ask, credit):
    edit = Edit.objects.get(id=ask().id)
    assert (edit.status, edit.awaits_approval) == ("queued", True)
    assert edit.deadline_at - edit.created_at == timedelta(days=7)
    assert Attempt.objects.count() == 0
    assert balance(credit.workspace.id).held == PRICE
    approval = Approval.objects.get()
    assert (approval.edit, approval.amount, approval.approver, approval.state) == (
        edit.id,
        PRICE,
        credit.user,
        "waiting",
    )
    assert_books_are_right()


def test_approved_it_runs_and_counts(ask, credit, alice):
    edit = approve_edit(workspace_id=credit.workspace.id, edit_id=ask(n=2).id, by=by(alice), note="go")
    assert [(one.state, one.n) for one in Attempt.objects.all()] == [("intent", 2)]
    stored = Edit.objects.get(id=edit.id)
    assert not stored.awaits_approval
    assert stored.deadline_at < timezone.now() + timedelta(seconds=stored.deadline_seconds)
    assert Hold.objects.get().expires_at < timezone.now() + timedelta(minutes=21)
    (budget,) = budgets_of(credit.workspace.id)
    assert (budget.held, budget.approved) == (2 * PRICE, 2 * PRICE)
    assert Approval.objects.get().state == "approved"
    assert AuditEvent.objects.filter(action="edit.approved", target=edit.id, user_id=alice.user.id).count() == 1
    with pytest.raises(NotFound):
        approve_edit(workspace_id=credit.workspace.id, edit_id=edit.id, by=by(alice))
    assert Attempt.objects.count() == 1
    assert_books_are_right()


def test_refused_it_ends_free_and_says_so(ask, credit, alice):
    edit = refuse_edit(workspace_id=credit.workspace.id, edit_id=ask().id, by=by(alice), note="too dear")
    assert (edit.status, edit.charged, edit.error_code) == ("failed", 0, "approval_refused")
    assert edit.error_message == "This edit is over a budget and was not approved. You were not charged."
    assert balance(credit.workspace.id).held == 0
    assert Approval.objects.get().state == "refused"
    assert_books_are_right()


def test_nobody_answers_and_it_ends_free(ask, credit):
    edit = ask()
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert end_overdue(edit_id=edit.id)
    ended = Edit.objects.get(id=edit.id)
    assert (ended.status, ended.error_code) == ("failed", "approval_expired")
    assert (Approval.objects.get().state, balance(credit.workspace.id).held) == ("expired", 0)
    assert_books_are_right()


def test_bob_takes_it_back(ask, credit, alice):
    edit = cancel_edit(workspace_id=credit.workspace.id, edit_id=ask().id)
    assert (edit.status, balance(credit.workspace.id).held) == ("canceled", 0)
    with pytest.raises(NotFound):
        approve_edit(workspace_id=credit.workspace.id, edit_id=edit.id, by=by(alice))


def test_in_another_workspace_nothing_waits(ask, mallory):
    with pytest.raises(NotFound):
        approve_edit(workspace_id=mallory.workspace.id, edit_id=ask().id, by=by(mallory))
    assert Approval.objects.get().state == "waiting"


def test_without_an_approver_it_is_refused_and_nothing_is_kept(ask, credit):
    terms = BudgetTerms("workspace", "", "month", 0)
    set_budget(workspace=credit.workspace, terms=terms, by=By(name="test"))
    with pytest.raises(OverBudget):
        ask()
    assert not (Edit.objects.exists())
    assert not (Hold.objects.exists())
    assert not (Approval.objects.exists())


def test_the_approver_is_asked_by_letter_and_not_once_it_is_decided(ask, credit, alice):
    edit = ask()
    assert mail_approval(edit_id=edit.id) == 1
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.com"]
    assert "bob@example.com wants to spend up to $0.0475" in letter.body
    refuse_edit(workspace_id=credit.workspace.id, edit_id=edit.id, by=by(alice))
    assert mail_approval(edit_id=edit.id) == 0


def test_whoever_looks_after_money_is_told_how_far_a_budget_is_used(ask, credit):
    (budget,) = budgets_of(credit.workspace.id)
    assert mail_budget(budget=budget.id, percent=80) == 1
    assert mail.outbox[0].to == ["alice@example.com"]
    assert mail_budget(budget="bud_gone", percent=80) == 0


def test_an_approver_who_has_left_is_neither_asked_nor_waited_for(ask, credit):
    carol = make_user("carol")
    Membership.objects.create(workspace=credit.workspace, user=carol, role="billing")
    terms = BudgetTerms("workspace", "", "month", 0, carol.id)
    set_budget(workspace=credit.workspace, terms=terms, by=By(name="test"))
    edit = ask()
    Membership.objects.filter(user=carol, workspace=credit.workspace).delete()
    assert mail_approval(edit_id=edit.id) == 0
    assert mail.outbox == []
    with pytest.raises(OverBudget):
        ask()
    assert Edit.objects.get() == edit
