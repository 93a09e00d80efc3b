"""What is given back of a charge is free again in its budgets; what was let through is nobody else's."""

from datetime import timedelta

import pytest

from billing.budgets.periods import Spends
from billing.errors import OverBudget
from billing.ledger import grant
from billing.models import BudgetPeriod, Transfer
from billing.selectors.budgets import budgets_of
from billing.services.ask_correction import ask_correction
from billing.services.refund_charge import refund_charge
from billing.services.set_aside import capture, count_approved, release, set_aside
from billing.services.set_budget import remove_budget
from tests.billing.test_budgets import BY, UNIT, budget, spend, used
from tests.books import assert_books_are_right
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def studio(alice):
    grant(workspace_id=alice.workspace.id, amount=100_000_000, key="hundred")
    return alice.workspace


@pytest.fixture
def staff():
    return make_user("carol", is_staff=True)


def approve(studio, reference, amount=UNIT):
    set_aside(workspace_id=studio.id, reference=reference, amount=amount)
    count_approved(workspace_id=studio.id, reference=reference, spends=Spends(), lasts=timedelta(minutes=10))


def test_a_refund_counts_as_not_spent_once_for_its_key(studio, staff):
    daily, monthly = budget(studio, period="day"), budget(studio, units=1)
    spend(studio, "a")
    capture(reference="a", amount=UNIT)
    for _ in range(2):
        refund_charge(edit="a", amount=10_000, key="sorry", reason="a smear", by=staff)
    assert used(monthly) == used(daily) == (0, UNIT - 10_000)
    with pytest.raises(OverBudget):
        spend(studio, "b")
    spend(studio, "c", amount=10_000)
    assert used(monthly) == (10_000, UNIT - 10_000)
    assert_books_are_right()


def test_corrections_of_a_charge_and_of_its_refund_are_counted(studio, staff):
    monthly = budget(studio)
    for name in "ab":
        spend(studio, name)
        capture(reference=name, amount=UNIT)
    ask_correction(transfer_id=Transfer.objects.get(key="capture:a").id, reason="by mistake", asked_by=staff)
    assert used(monthly) == (0, UNIT)
    refund_charge(edit="b", amount=UNIT, key="sorry", reason="a smear", by=staff)
    assert used(monthly) == (0, 0)
    ask_correction(transfer_id=Transfer.objects.get(key="refund:sorry").id, reason="it was fine", asked_by=staff)
    assert used(monthly) == (0, UNIT)
    assert_books_are_right()


def test_a_refund_where_the_budget_is_gone_or_came_later_counts_nowhere(studio, staff):
    gone = budget(studio)
    spend(studio, "a")
    capture(reference="a", amount=UNIT)
    remove_budget(workspace=studio, budget_id=gone.id, by=BY)
    later = budget(studio)
    spend(studio, "b")
    refund_charge(edit="a", amount=UNIT, key="sorry", reason="a smear", by=staff)
    assert used(later) == (UNIT, 0)
    assert_books_are_right()


@pytest.mark.parametrize("is_charged", [True, False])
def test_what_was_let_through_above_a_limit_and_not_needed_is_no_room_for_others(studio, staff, is_charged):
    monthly = budget(studio, units=1)
    spend(studio, "a")
    approve(studio, "b", 5 * UNIT)
    if is_charged:
        capture(reference="b", amount=5 * UNIT)
        refund_charge(edit="b", amount=5 * UNIT, key="sorry", reason="a smear", by=staff)
    else:
        release(reference="b")
    assert BudgetPeriod.objects.get().approved == 0
    with pytest.raises(OverBudget):
        spend(studio, "c")
    assert used(monthly) == (UNIT, 0)
    assert_books_are_right()


def test_what_is_let_through_is_what_is_above_the_limit_after_all_that_is_spent_and_held(studio):
    monthly = budget(studio, units=3)
    spend(studio, "a", amount=2 * UNIT)
    capture(reference="a", amount=2 * UNIT)
    spend(studio, "b", amount=UNIT // 2)
    approve(studio, "c")
    (facts,) = budgets_of(studio.id)
    assert (facts.id, facts.approved) == (monthly.id, UNIT // 2)
    approve(studio, "d")
    (facts,) = budgets_of(studio.id)
    assert (facts.spent, facts.held, facts.approved, facts.left) == (2 * UNIT, 2 * UNIT + UNIT // 2, 3 * UNIT // 2, 0)
