"""Budgets are counted with the hold, all at once; races spend no more than is there, as a control shows."""

from datetime import date, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey
from accounts.services.record_audit import By
from billing.budgets.periods import BudgetStep, Spends, next_start
from billing.errors import BadBudget, InsufficientCredit, OverBudget
from billing.ledger import balance, grant
from billing.models import Budget, BudgetPeriod, Hold
from billing.selectors.budgets import budget_facts, budgets_of
from billing.services.set_aside import capture, count_approved, expire, release, set_aside
from billing.services.set_budget import BudgetTerms, remove_budget, set_budget
from tests.billing.parallel import together
from tests.books import assert_books_are_right

UNIT = 50_000
BY = By(name="test")


@pytest.fixture
def studio(alice):
    """Alice's workspace with a hundred dollars."""
    grant(workspace_id=alice.workspace.id, amount=100_000_000, key="hundred")
    return alice.workspace


def budget(workspace, scope="workspace", target="", *, period="month", units=3, approver=""):
    terms = BudgetTerms(scope, target, period, units * UNIT, approver)
    return set_budget(workspace=workspace, terms=terms, by=BY)


@transaction.atomic
def spend(workspace, reference, *, amount=UNIT, **spends):
    return set_aside(workspace_id=workspace.id, reference=reference, amount=amount, spends=Spends(**spends))


def used(of):
    facts = budget_facts(of.id)
    assert facts is not None
    return (facts.held, facts.spent)


@pytest.mark.django_db
def test_what_is_held_counts_and_becomes_spent_or_free(studio):
    monthly = budget(studio)
    for name in "abc":
        spend(studio, name)
    assert used(monthly) == (3 * UNIT, 0)
    capture(reference="a", amount=UNIT - 10_000)
    release(reference="b")
    assert used(monthly) == (UNIT, UNIT - 10_000)
    Hold.objects.filter(reference="c").update(expires_at="2020-01-01T00:00:00Z")
    expire(reference="c")
    assert used(monthly) == (0, UNIT - 10_000)
    assert capture(reference="a", amount=UNIT - 10_000) is None
    assert used(monthly) == (0, UNIT - 10_000)


@pytest.mark.django_db
def test_all_budgets_hold_at_once_and_the_tightest_is_named(studio, alice):
    budget(studio, units=10)
    budget(studio, "project", "prj_1", period="day", units=3)
    mine = budget(studio, "member", alice.user.id, units=1)
    spend(studio, "a", project="prj_1", member=alice.user.id)
    with pytest.raises(OverBudget) as refusal:
        spend(studio, "b", project="prj_1", member=alice.user.id)
    assert refusal.value.budget == mine.id
    assert refusal.value.whole_on == next_start("month", timezone.now().date().replace(day=1))
    assert str(refusal.value) == (
        "This needs $0.050000; the monthly budget of this member has $0.000000 left until "
        f"{refusal.value.whole_on:%-d %B %Y}, 00:00 UTC."
    )
    spend(studio, "c", project="prj_1", member="usr_other", amount=2 * UNIT)
    with pytest.raises(OverBudget, match="the daily budget of this project"):
        spend(studio, "d", project="prj_1", member="usr_other")
    spend(studio, "e", project="prj_2", member="usr_other")
    assert [each.held for each in budgets_of(studio.id)] == [4 * UNIT, UNIT, 3 * UNIT]
    assert balance(studio.id).held == 4 * UNIT


@pytest.mark.parametrize(
    ("period", "starts", "whole_on"),
    [
        ("day", date(2026, 11, 30), date(2026, 12, 1)),
        ("month", date(2026, 12, 1), date(2027, 1, 1)),
        ("month", date(2027, 2, 1), date(2027, 3, 1)),
        ("month", date(2027, 1, 1), date(2027, 2, 1)),
    ],
)
def test_a_budget_is_whole_again_with_the_next_day_or_month(period, starts, whole_on):
    assert next_start(period, starts) == whole_on


@pytest.mark.django_db
def test_a_refusal_counts_nowhere(studio):
    tight, wide = budget(studio, "project", "prj_1", units=0), budget(studio, units=100)
    with pytest.raises(OverBudget):
        spend(studio, "a", project="prj_1")
    assert (used(tight), used(wide), balance(studio.id).held, Hold.objects.count()) == ((0, 0), (0, 0), 0, 0)


@pytest.mark.django_db
def test_too_little_credit_counts_nowhere_either(mallory):
    monthly = budget(mallory.workspace)
    with pytest.raises(InsufficientCredit):
        spend(mallory.workspace, "a")
    assert used(monthly) == (0, 0)


@pytest.mark.django_db
def test_a_keys_cap_is_a_budget_of_the_key(studio):
    key = ApiKey.objects.get(workspace=studio)
    ApiKey.objects.filter(id=key.id).update(monthly_cap=UNIT)
    spend(studio, "a", key=key.id)
    with pytest.raises(OverBudget, match="the monthly budget of this key"):
        spend(studio, "b", key=key.id)
    ApiKey.objects.filter(id=key.id).update(monthly_cap=2 * UNIT)
    spend(studio, "c", key=key.id)
    assert Budget.objects.get().limit == 2 * UNIT


@pytest.mark.django_db
def test_each_step_is_told_once_by_the_hold_that_reaches_it(studio):
    monthly = budget(studio, units=10)
    told = [spend(studio, f"edt_{number}").steps for number in range(10)]
    assert [[step.percent for step in steps] for steps in told] == [
        [], [], [], [], [50], [], [], [80], [], [100],
    ]  # fmt: skip
    assert told[4] == [BudgetStep(monthly.id, 50, 10 * UNIT, 5 * UNIT)]
    release(reference="edt_9")
    assert spend(studio, "again").steps == []


@pytest.mark.django_db
def test_what_is_approved_passes_and_what_comes_then_does_not(studio):
    monthly = budget(studio, units=1)
    spend(studio, "a")
    set_aside(workspace_id=studio.id, reference="b", amount=UNIT)
    assert used(monthly) == (UNIT, 0)
    count_approved(workspace_id=studio.id, reference="b", spends=Spends(), lasts=timedelta(minutes=10))
    assert used(monthly) == (2 * UNIT, 0)
    with pytest.raises(OverBudget):
        spend(studio, "c")
    capture(reference="b", amount=UNIT)
    assert used(monthly) == (UNIT, UNIT)


@pytest.mark.django_db
def test_a_budget_that_goes_takes_its_counts_with_it(studio):
    monthly = budget(studio, units=1)
    spend(studio, "a")
    assert remove_budget(workspace=studio, budget_id=monthly.id, by=BY)
    assert not remove_budget(workspace=studio, budget_id=monthly.id, by=BY)
    capture(reference="a", amount=UNIT)
    assert BudgetPeriod.objects.count() == 0
    assert balance(studio.id).held == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (BudgetTerms("planet", "", "day", 1), "scope"),
        (BudgetTerms("workspace", "", "year", 1), "period"),
        (BudgetTerms("workspace", "", "day", -1), "limit"),
        (BudgetTerms("workspace", "prj_1", "day", 1), "target"),
        (BudgetTerms("project", "", "day", 1), "target"),
        (BudgetTerms("member", "usr_nobody", "day", 1), "target"),
        (BudgetTerms("key", "key_nobodys", "day", 1), "target"),
        (BudgetTerms("workspace", "", "day", 1, "usr_nobody"), "approver"),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused_by_its_field(studio, terms, field):
    with pytest.raises(BadBudget) as refusal:
        set_budget(workspace=studio, terms=terms, by=BY)
    assert refusal.value.field == field
    assert Budget.objects.count() == 0


@pytest.mark.django_db
def test_a_key_of_another_workspace_is_no_target(studio, mallory):
    theirs = ApiKey.objects.get(workspace=mallory.workspace)
    with pytest.raises(BadBudget):
        budget(studio, "key", theirs.id)


def race(studio, hold_one):
    """Try two hundred holds, 25 at a time; gives how many succeeded."""
    done = []

    def some(thread):
        for turn in range(8):
            try:
                hold_one(studio, f"edt_{thread}_{turn}")
                done.append(turn)
            except OverBudget:
                pass

    assert together([partial(some, thread) for thread in range(25)]) == [None] * 25
    return len(done)


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_at_once_a_budget_for_three_lets_three_through(studio):
    monthly = budget(studio, units=3)
    assert race(studio, spend) == 3
    assert used(monthly) == (3 * UNIT, 0)
    assert balance(studio.id).held == 3 * UNIT
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_control_reading_before_counting_would_overspend(studio):
    monthly = budget(studio, units=3)
    everybody_has_read = Barrier(25)

    def read_then_count(workspace, reference):
        with transaction.atomic():
            left = monthly.limit - sum(used(monthly))
            if reference.endswith("_0"):
                everybody_has_read.wait(timeout=60)
            if left < UNIT:
                raise OverBudget(budget=monthly.id, said="it", needed=UNIT, left=left)
            period, _ = BudgetPeriod.objects.get_or_create(
                id=f"{monthly.id}:2026-01-01", budget=monthly, starts="2026-01-01"
            )
            set_aside(workspace_id=workspace.id, reference=reference, amount=UNIT)
            period.held += UNIT
            period.save()

    assert race(studio, read_then_count) > 3
