"""Who may decide about an edit that waits, and what is asked again when that is days later."""

from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import Membership
from accounts.permissions import Role
from accounts.services.record_audit import SYSTEM, By
from billing.facade import balance
from billing.models import Approval, Hold
from billing.price_book import set_price
from billing.services.set_budget import BudgetTerms, set_budget
from config.env import ProviderEnv
from editor.domain import Actor, EditRequest
from editor.errors import NoRoute
from editor.models import Attempt, Edit, ProviderState
from editor.services.decide_approval import approve_edit, refuse_edit
from editor.services.submit_edit import submit_edit
from tests.accounts.cast import by, member
from tests.books import assert_books_are_right
from tests.editor.rows import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shortapi")]
PRICE = 47_500


@pytest.fixture
def ann(credit):
    return member(credit.workspace, "ann", Role.EDITOR)


@pytest.fixture
def ask(credit, bob, ann):
    """Bob submits an edit that is over the budget, whose approver is Ann, an editor."""
    set_budget(workspace=credit.workspace, terms=BudgetTerms("workspace", "", "month", 0, ann.id), by=SYSTEM)
    picture = make_image(credit.workspace).id

    def submit(**changes) -> Edit:
        request = EditRequest(prompt="warmer light", images=(picture,), **changes)
        return submit_edit(actor=Actor(credit.workspace.id, user_id=bob.user.id), request=request)

    return submit


def reprice(provider: str, amount: int) -> None:
    set_price(provider=provider, model="seedream-4.5", resolutions=["2K"], amount=amount, source="test")


def assert_still_waits(edit: Edit) -> None:
    stored = Edit.objects.get(id=edit.id)
    assert (stored.status, stored.awaits_approval, stored.charged) == ("queued", True, 0)
    assert (stored.deadline_at, stored.route) == (edit.deadline_at, edit.route)
    assert Approval.objects.get(edit=edit.id).state == "waiting"
    assert balance(edit.workspace_id).held == edit.quoted
    assert Attempt.objects.count() == 0
    assert_books_are_right()


@pytest.mark.parametrize("decide", [approve_edit, refuse_edit])
def test_who_was_not_asked_and_manages_no_money_decides_nothing(ask, bob, mallory, decide):
    edit = ask()
    admin = member(edit.workspace, "adam", Role.ADMIN)
    for who in (by(bob.user), by(admin), by(mallory.user), SYSTEM, By(api_key_id="key_1")):
        with pytest.raises(NotAllowed, match="Only whoever was asked"):
            decide(workspace_id=edit.workspace_id, edit_id=edit.id, by=who)
    assert_still_waits(edit)


@pytest.mark.parametrize("decide", [approve_edit, refuse_edit])
def test_staff_in_the_approvers_place_decide_nothing(ask, ann, decide):
    edit = ask()
    with pytest.raises(NotAllowed):
        decide(workspace_id=edit.workspace_id, edit_id=edit.id, by=replace(by(ann), staff_id="usr_sam"))
    assert_still_waits(edit)


@pytest.mark.parametrize("role", ["", Role.VIEWER])
def test_an_approver_who_left_or_sees_no_money_any_more_decides_nothing(ask, ann, role):
    edit = ask()
    found = Membership.objects.filter(user=ann, workspace=edit.workspace)
    found.update(role=role) if role else found.delete()
    with pytest.raises(NotAllowed):
        approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(ann))
    assert_still_waits(edit)


@pytest.mark.parametrize("role", [None, Role.OWNER, Role.BILLING])
def test_who_was_asked_and_who_manages_money_decide(ask, ann, role):
    edit = ask()
    who = ann if role is None else member(edit.workspace, "olga", role)
    approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(who))
    assert Approval.objects.get().state == "approved"


def test_a_route_that_would_lose_money_by_now_is_not_taken(ask, ann):
    edit = ask()
    reprice("shortapi", PRICE + 1)
    with pytest.raises(NoRoute, match="it would cost more than it sells for"):
        approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(ann))
    assert_still_waits(edit)


def test_a_route_that_was_closed_meanwhile_is_not_taken_and_opened_again_it_is(ask, ann):
    edit = ask()
    shortapi = ProviderState.objects.filter(name="shortapi")
    shortapi.update(disabled_at=timezone.now(), disabled_reason="under repair")
    with pytest.raises(NoRoute, match="Nothing was charged"):
        approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(ann))
    assert_still_waits(edit)
    shortapi.update(disabled_at=None, disabled_reason="")
    approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(ann))
    assert Attempt.objects.count() == 1


def test_costs_that_rose_within_the_promise_are_ours(ask, ann):
    edit = ask()
    reprice("shortapi", PRICE)
    approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(ann))
    stored = Edit.objects.get(id=edit.id)
    assert stored.units == {"shortapi": {"cost": PRICE, "price": PRICE}}
    assert (stored.quoted, Attempt.objects.get().expected_cost) == (PRICE, PRICE)


def test_it_is_routed_anew_but_never_dearer_than_was_promised(ask, ann, settings):
    edit = ask(n=2)
    settings.PROVIDERS = {
        **settings.PROVIDERS, "shortapi": ProviderEnv("", "", ()), "aimlapi": ProviderEnv("", "a-key", ()),
    }  # fmt: skip
    approve_edit(workspace_id=edit.workspace_id, edit_id=edit.id, by=by(ann))
    stored = Edit.objects.get(id=edit.id)
    assert (stored.route, stored.quoted) == (["aimlapi"], 2 * PRICE)
    assert stored.units == {"aimlapi": {"cost": 42_000, "price": PRICE}}  # $0.0525 for who asks today
    assert {one["provider"]: one["reason"] for one in stored.routing}["shortapi"].startswith("is off")
    assert {one.provider for one in Attempt.objects.all()} == {"aimlapi"}
    assert Hold.objects.get().amount == 2 * PRICE
    assert_books_are_right()
