"""What a new price explains of an attempt's charge is explained once, whatever later statements say of that attempt."""

import pytest

from billing.models import AccountKind, ItemKind, Resolution, ReviewItem
from billing.services.resolve_item import resolve_item
from tests.billing.reconciliation.rows import books, charge, line
from tests.billing.reconciliation.test_import import bring, state, unexplained
from tests.billing.reconciliation.test_raised_again import items, say

pytestmark = pytest.mark.django_db

ABOVE = 10_000


@pytest.fixture
def drift(alice):
    """Six attempts of which $0.04 are due are charged $0.05 each: one item of $0.06."""
    for number in range(6):
        line(alice.workspace, number, minute=number)
    bring(*(charge(number, 50_000, minute=number) for number in range(6)))
    assert items() == [(ItemKind.PRICE_DRIFT, 6 * ABOVE, "")]
    return ReviewItem.objects.get()


def owed():
    return books().get(AccountKind.PROVIDER_CONFIRMED, 0)


@pytest.mark.parametrize("back", [10_000, 50_000])
def test_refunded_while_the_new_price_is_open_it_is_part_of_it_no_more(drift, back):
    bring(charge(10, -back, of=0))
    assert items() == [(ItemKind.PRICE_DRIFT, 5 * ABOVE, "")]
    again = ReviewItem.objects.get()
    assert again.evidence == drift.evidence
    assert (state(0)[1:], unexplained()) == ((50_000 - max(back, 10_000), 50_000 - back), 0)


@pytest.mark.parametrize("back", [10_000, 50_000])
def test_refunded_after_the_new_price_was_accepted_it_is_taken_back_by_accepting_that(drift, alice, back):
    say(Resolution.ACCEPTED, alice.user)
    assert owed() == 6 * 50_000
    bring(charge(10, -back, of=0))
    assert items() == [(ItemKind.PRICE_DRIFT, -ABOVE, ""), (ItemKind.PRICE_DRIFT, 6 * ABOVE, Resolution.ACCEPTED)]
    assert unexplained() == 0
    say(Resolution.ACCEPTED, alice.user)
    assert (owed(), unexplained()) == (6 * 50_000 - back, 0)
    bring(charge(11, -back, of=1))
    assert unexplained() == 0
    say(Resolution.ACCEPTED, alice.user)
    assert (owed(), unexplained()) == (6 * 50_000 - 2 * back, 0)


@pytest.mark.parametrize("said", [Resolution.DISPUTED, Resolution.NOTHING])
def test_refunded_after_the_new_price_was_disputed_less_of_it_is_disputed(drift, alice, said):
    say(said, alice.user)
    bring(charge(10, -10_000, of=0), charge(11, -50_000, of=1))
    assert items() == [(ItemKind.PRICE_DRIFT, 4 * ABOVE, said)]
    assert (owed(), unexplained()) == (5 * 40_000, 0)


def test_refunded_in_part_only_that_part_is_taken_out(drift):
    bring(charge(10, -4_000, of=0))
    assert items() == [(ItemKind.PRICE_DRIFT, 5 * ABOVE + 6_000, "")]
    assert (state(0), unexplained()) == (("confirmed", 40_000, 46_000), 0)
    bring(charge(11, -46_000, of=0))
    assert items() == [(ItemKind.PRICE_DRIFT, 5 * ABOVE, "")]
    assert (state(0), unexplained()) == (("confirmed", 0, 0), 0)


def test_charged_twice_the_second_charge_is_the_duplicate_and_the_first_stays_in_the_new_price(drift):
    bring(charge(10, 50_000, of=0))
    assert items() == [(ItemKind.DUPLICATE, 50_000, ""), (ItemKind.PRICE_DRIFT, 6 * ABOVE, "")]
    assert unexplained() == 0
    bring(charge(11, -50_000, of=0))
    assert items() == [(ItemKind.DUPLICATE, 50_000, Resolution.REFUNDED), (ItemKind.PRICE_DRIFT, 6 * ABOVE, "")]
    assert unexplained() == 0
    bring(charge(12, -50_000, of=0))
    assert (sum(amount for _, amount, said in items() if not said), unexplained()) == (5 * ABOVE, 0)


def test_refunded_in_the_statement_in_which_the_price_goes_on_both_are_one_item(drift, alice):
    for number in range(20, 26):
        line(alice.workspace, number, minute=number)
    bring(charge(10, -50_000, of=0), *(charge(number, 50_000, minute=number) for number in range(20, 26)))
    assert items() == [(ItemKind.PRICE_DRIFT, 11 * ABOVE, "")]
    assert unexplained() == 0


def test_a_charge_that_was_an_item_of_its_own_is_not_looked_for_in_a_new_price(drift, alice):
    line(alice.workspace, 9, minute=9)
    bring(charge(9, 50_000, minute=9))
    assert items() == [(ItemKind.OVER_CHARGED, ABOVE, ""), (ItemKind.PRICE_DRIFT, 6 * ABOVE, "")]
    bring(charge(10, -50_000, of=9))
    assert items() == [(ItemKind.OVER_CHARGED, ABOVE, Resolution.REFUNDED), (ItemKind.PRICE_DRIFT, 6 * ABOVE, "")]
    assert unexplained() == 0


def test_what_came_back_beyond_what_was_accepted_is_booked_only_when_that_is_accepted_too(alice):
    line(alice.workspace, 1)
    bring(charge(1), charge(2, -70_000, of=1))
    say(Resolution.ACCEPTED, alice.user)
    bring(charge(3, -10_000, of=1))
    assert items() == [(ItemKind.DUPLICATE, -30_000, Resolution.ACCEPTED), (ItemKind.DUPLICATE, -10_000, "")]
    assert (owed(), unexplained()) == (-30_000, 0)
    open_item = ReviewItem.objects.get(resolution="")
    resolve_item(item=open_item.id, resolution=Resolution.ACCEPTED, note="theirs", by=alice.user)
    assert (owed(), unexplained()) == (-40_000, 0)
