"""A price as a provider asks it: in dollars, or in units at a rate, rounded up once."""

from decimal import Decimal

import pytest

from billing.price_book.amounts import Asked, in_dollars, in_units


def test_dollars_are_read_as_they_are():
    assert in_dollars(" 0.038 ") == Asked(38_000)
    assert str(in_dollars("0.038")) == "$0.038"


@pytest.mark.parametrize(
    ("units", "rate", "amount"),
    [
        ("84000", "0.0000005", 42_000),
        ("12", "0.0033", 39_600),
        ("1", "0.0000000001", 1),  # a tenth of a thousandth of a µ$, and still not nothing
        ("0.000001", "1.08", 2),
    ],
)
def test_units_are_worth_their_rate_and_rounded_up(units, rate, amount):
    asked = in_units(currency="credits", units=units, rate=rate)
    assert (asked.amount, asked.currency, asked.units, asked.rate) == (amount, "credits", Decimal(units), Decimal(rate))


def test_a_price_in_units_says_both():
    asked = in_units(currency="credits", units="84000", rate="0.0000005")
    assert str(asked) == "$0.042 (84000 credits at 0.0000005 dollars)"


@pytest.mark.parametrize("text", ["0", "-1", "1e9", "1000000000", "100.000001", "NaN", "inf", "", "0,04", "0.0000001"])
def test_what_cannot_be_a_price_is_refused(text):
    with pytest.raises(ValueError, match=r"dollars|price of one picture"):
        in_dollars(text)


@pytest.mark.parametrize(
    ("currency", "units", "rate", "names"),
    [
        ("USD", "1", "1", "currency"),
        ("doubloons", "1", "1", "currency"),
        ("EUR", "NaN", "1", "units"),
        ("EUR", "-1", "1", "units"),
        ("EUR", "1", "1e-3", "rate"),
        ("EUR", "1", "", "rate"),
        ("EUR", "0", "1", "price of one picture"),
        ("credits", "99999999999", "1", "price of one picture"),
    ],
)
def test_units_that_cannot_be_meant_are_refused_by_name(currency, units, rate, names):
    with pytest.raises(ValueError, match=names):
        in_units(currency=currency, units=units, rate=rate)
