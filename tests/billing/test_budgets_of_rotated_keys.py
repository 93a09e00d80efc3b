"""A rotated key spends what is left of its predecessor's limits, and brings no second month's cap."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.models import ApiKey
from accounts.services.rotate_api_key import rotate_api_key
from billing.errors import BadBudget, OverBudget
from billing.ledger import grant
from billing.models import Budget
from billing.selectors.budgets import budgets_of
from tests.billing.parallel import together
from tests.billing.test_budgets import BY, UNIT, budget, spend, used
from tests.books import assert_books_are_right

pytestmark = pytest.mark.django_db


@pytest.fixture
def studio(alice):
    grant(workspace_id=alice.workspace.id, amount=100_000_000, key="hundred")
    return alice.workspace


@pytest.fixture
def first(studio):
    """Alice's key, good for three pictures a month."""
    ApiKey.objects.filter(workspace=studio).update(monthly_cap=3 * UNIT)
    return ApiKey.objects.get(workspace=studio).id


def rotate(studio, key):
    _, old = rotate_api_key(
        workspace_id=studio.id, key_id=key, created_by=None, overlap=timedelta(days=1), by=BY
    )  # fmt: skip
    return old.successor_id


def test_rotated_twice_all_three_keys_share_one_cap(studio, first):
    spend(studio, "a", key=first)
    second = rotate(studio, first)
    spend(studio, "b", key=second)
    third = rotate(studio, second)
    spend(studio, "c", key=third)
    for number, key in enumerate((first, second, third)):
        with pytest.raises(OverBudget, match="the monthly budget of this key"):
            spend(studio, f"more {number}", key=key)
    (cap,) = budgets_of(studio.id)
    assert (cap.scope, cap.limit, cap.held) == ("key", 3 * UNIT, 3 * UNIT)
    assert cap.target == third  # people know it by the key they have now
    assert_books_are_right()


def test_another_key_has_a_cap_of_its_own(studio, first):
    other = ApiKey.objects.create(workspace=studio, digest="x", monthly_cap=UNIT)
    spend(studio, "a", key=first, amount=3 * UNIT)
    rotate(studio, first)
    spend(studio, "b", key=other.id)
    assert sorted(each.held for each in budgets_of(studio.id)) == [UNIT, 3 * UNIT]


def test_a_budget_that_was_set_for_a_key_limits_its_successor_and_is_changed_by_its_id(studio, first):
    daily = budget(studio, "key", first, period="day", units=2)
    second = rotate(studio, first)
    spend(studio, "a", key=first)
    spend(studio, "b", key=second)
    with pytest.raises(OverBudget, match="the daily budget of this key"):
        spend(studio, "c", key=second)
    changed = budget(studio, "key", second, period="day", units=3)
    assert changed.id == daily.id
    assert used(daily) == (2 * UNIT, 0)
    with pytest.raises(BadBudget, match=r"monthly cap of \$0\.150000"):
        budget(studio, "key", second, units=1)
    assert Budget.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_both_keys_first_spend_at_once_and_make_one_cap(studio, first):
    keys = (first, rotate(studio, first))
    done = together([partial(spend, studio, key[-9:], key=key, amount=2 * UNIT) for key in keys])
    assert sorted(type(one).__name__ for one in done) == ["OverBudget", "SetAside"]
    assert Budget.objects.count() == 1
    assert_books_are_right()
