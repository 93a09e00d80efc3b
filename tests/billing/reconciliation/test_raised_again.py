"""What a later statement finds of the same cause is neither lost nor counted twice, whatever was said of it before."""

import pytest

from billing.ledger import balance
from billing.models import AccountKind, ItemKind, Resolution, ReviewItem
from billing.services.complete_month import complete_month
from billing.services.resolve_item import resolve_item
from tests.billing.reconciliation import test_import
from tests.billing.reconciliation.rows import OCTOBER, books, charge, line
from tests.billing.reconciliation.test_import import bring, state, unexplained

pytestmark = pytest.mark.django_db

DUE = {AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.COST: -40_000}


def items():
    return sorted(test_import.items())


def say(resolution, by, **which):
    item = ReviewItem.objects.get(resolution="", **which)
    return resolve_item(item=item.id, resolution=resolution, note="asked them", by=by)


@pytest.mark.parametrize("said", [Resolution.DISPUTED, Resolution.NOTHING])
def test_a_third_charge_after_the_second_was_disputed_is_an_item_of_its_own(alice, said):
    line(alice.workspace, 1)
    bring(charge(1), charge(2, of=1))
    say(said, alice.user)
    bring(charge(3, of=1))
    assert items() == [(ItemKind.DUPLICATE, 40_000, ""), (ItemKind.DUPLICATE, 40_000, said)]
    assert (books(), unexplained()) == (DUE, 0)
    say(Resolution.DISPUTED, alice.user)
    bring(charge(4, -40_000, of=1))
    assert sum(amount for _, amount, _ in items()) == 40_000
    assert (books(), unexplained()) == (DUE, 0)
    bring(charge(5, -40_000, of=1))
    assert (books(), unexplained()) == (DUE, 0)


def test_a_third_charge_after_the_second_was_accepted_is_an_item_of_its_own(alice):
    line(alice.workspace, 1)
    bring(charge(1), charge(2, of=1))
    say(Resolution.ACCEPTED, alice.user)
    bring(charge(3, of=1))
    assert items() == [(ItemKind.DUPLICATE, 40_000, ""), (ItemKind.DUPLICATE, 40_000, Resolution.ACCEPTED)]
    assert (state(), unexplained()) == (("confirmed", 80_000, 120_000), 0)


def test_charged_again_after_it_was_taken_back_is_found_again(alice):
    line(alice.workspace, 1)
    bring(charge(1), charge(2, of=1))
    bring(charge(3, -40_000, of=1))
    bring(charge(4, of=1))
    assert items() == [(ItemKind.DUPLICATE, 40_000, ""), (ItemKind.DUPLICATE, 40_000, Resolution.REFUNDED)]
    assert (books(), unexplained()) == (DUE, 0)


def test_a_new_price_that_goes_on_is_one_item_until_it_is_resolved(alice):
    for number in range(18):
        line(alice.workspace, number, minute=number)
    for first in (0, 6, 12):
        bring(*(charge(number, 50_000, minute=number) for number in range(first, first + 6)))
        if first == 6:
            assert items() == [(ItemKind.PRICE_DRIFT, 120_000, "")]
            say(Resolution.ACCEPTED, alice.user)
    assert items() == [(ItemKind.PRICE_DRIFT, 60_000, ""), (ItemKind.PRICE_DRIFT, 120_000, Resolution.ACCEPTED)]
    assert unexplained() == 0


def test_more_given_back_than_was_charged_is_accepted_as_nobodys(alice):
    line(alice.workspace, 1)
    bring(charge(1), charge(2, -70_000, of=1))
    assert items() == [(ItemKind.DUPLICATE, -30_000, "")]
    say(Resolution.ACCEPTED, alice.user)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: -30_000, AccountKind.COST: 30_000}
    assert (state(), unexplained()) == (("confirmed", 0, -30_000), 0)
    assert balance(alice.workspace.id).available == 0


def test_what_was_missing_and_is_charged_later_is_not_given_up_any_more(alice):
    line(alice.workspace, 1)
    line(alice.workspace, 2)
    bring(charge(1))
    complete_month(provider="shortapi", month=OCTOBER)
    bring(charge(2))
    assert items() == [(ItemKind.NOT_STATED, 40_000, Resolution.NOTHING)]
    assert state(2) == ("confirmed", 40_000, 40_000)


def test_what_was_missing_and_is_owed_all_the_same_is_owed_once(alice):
    line(alice.workspace, 1)
    line(alice.workspace, 2)
    bring(charge(1))
    complete_month(provider="shortapi", month=OCTOBER)
    say(Resolution.ACCEPTED, alice.user)
    bring(charge(2), charge(3, of=2))
    assert state(2) == ("confirmed", 40_000, 80_000)
    assert items() == [(ItemKind.DUPLICATE, 40_000, ""), (ItemKind.NOT_STATED, 40_000, Resolution.ACCEPTED)]
    assert unexplained() == 0
