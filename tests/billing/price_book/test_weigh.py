"""How large a change is, exactly at its borders."""

from fractions import Fraction

import pytest

from billing.price_book.known import EVIDENCE
from billing.price_book.weigh import is_slip, markup_doubt, price_doubt
from editor.domain import Model
from editor.providers.registry import PROVIDERS


@pytest.mark.parametrize("amount", [26_800, 40_000, 60_000])
def test_up_to_half_as_much_again_and_down_to_two_thirds_one_person_is_enough(amount):
    assert price_doubt(amount=amount, before={"2K": 40_000}, yardstick={}) == ""


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        (26_799, "0.67 times the present price of $0.04 in 2K"),
        (60_001, "1.5 times the present price of $0.04 in 2K"),
        (400_000, "10 times the present price of $0.04 in 2K, which looks like a slip of the hand"),
        (4_000, "0.1 times the present price of $0.04 in 2K, which looks like a slip of the hand"),
    ],
)
def test_beyond_that_a_second_person_is_asked_and_told_why(amount, says):
    assert price_doubt(amount=amount, before={"2K": 40_000}, yardstick={"2K": amount}) == says


def test_one_of_two_sizes_is_enough_to_doubt():
    assert "in 4K" in price_doubt(amount=40_000, before={"2K": 40_000, "4K": 90_000}, yardstick={})


def test_a_first_price_is_compared_with_what_the_upstream_asks_itself():
    assert price_doubt(amount=41_000, before={}, yardstick={"2K": 40_000}) == ""
    assert "10 times Ark’s price of $0.04" in price_doubt(amount=400_000, before={}, yardstick={"2K": 40_000})
    assert price_doubt(amount=41_000, before={}, yardstick={}) == "nothing is known to compare it with"


@pytest.mark.parametrize(("factor", "slip"), [("5", True), ("1/5", True), ("4.99", False), ("1", False)])
def test_a_digit_too_many_or_too_few_is_told_from_a_new_price(factor, slip):
    assert is_slip(Fraction(factor)) is slip


@pytest.mark.parametrize(
    ("new", "before", "says"),
    [
        (350_000, 250_000, ""),
        (150_000, 250_000, ""),
        (350_001, 250_000, "10.0001 points away from the present 25 %"),
        (0, 250_000, "25 points away from the present 25 %"),
        (-10_000, 50_000, "it sells below cost, which closes every route"),
    ],
)
def test_a_markup_changes_by_ten_points_at_most_and_never_to_a_loss_by_one_person(new, before, says):
    assert markup_doubt(new=new, before=before) == says


def test_the_evidence_is_what_the_providers_modules_say():
    assert {name: module.CAPABILITIES[Model.SEEDREAM_45].evidence for name, module in PROVIDERS.items()} == EVIDENCE
