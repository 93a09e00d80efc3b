"""What providers write of a cost, from any text, is an amount or nothing."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.costs.reported import Reported, Unit, in_micro, read_reported
from billing.money import LARGEST

USD, CREDITS = Unit.USD, Unit.CREDITS


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0.042", "0.042", USD),
        ("0.001240000", "0.00124", USD),  # AI/ML API's header
        ("$0.042", "0.042", USD),
        ("USD 0.042", "0.042", USD),
        (" 0.042 usd ", "0.042", USD),
        ("4.2e-05", "0.000042", USD),  # a JSON number as Python writes it
        ("-0.042", "-0.042", USD),
        ("6.5 credits", "6.5", CREDITS),
        ("1 credit", "1", CREDITS),
    ],
)
def test_amounts_and_their_units_are_read(text, number, unit):
    assert read_reported(text) == Reported(Decimal(number), unit)


@pytest.mark.parametrize(
    "text",
    ["", "nan", "Infinity", "-inf", "1e999", "1e-999", "0,042", "0.042 EUR", "€0.042", "42 cents", "0x10", "1_000", "٤",
     "$6 credits", "1" * 21, "0.04 0.05", "true"],
)  # fmt: skip
def test_what_is_no_amount_is_nothing(text):
    assert read_reported(text) is None


def micro(text, unit_rate=None):
    read = read_reported(text)
    assert read is not None
    return in_micro(read, unit_rate=unit_rate)


@given(st.one_of(st.text(), st.from_regex(r"\A[-+$0-9.eEUSDcredits ]{0,45}\Z")))
@example("9" * 20 + "e99")
@example("1e-99")
def test_no_text_breaks_the_reading_and_what_is_read_is_finite(text):
    read = read_reported(text)
    if read is not None:
        assert read.number.is_finite()
        for rate in (None, 0, 5_000_000_000):
            amount = in_micro(read, unit_rate=rate)
            assert amount is None or abs(amount) <= LARGEST


@given(st.integers(min_value=0, max_value=10**12))
def test_whole_micro_dollars_are_read_exactly(amount):
    assert micro(f"{Decimal(amount) / 10**6:f}") == amount


def test_a_fraction_of_a_micro_dollar_is_rounded_up_and_credits_are_worth_their_rate():
    assert micro("0.0420001") == 42_001
    assert micro("6.5 credits", unit_rate=5_000_000_000) == 32_500  # at half a cent
    assert micro("6.5 credits", unit_rate=5_000_000_001) == 32_501
    assert micro("6.5 credits") is None
