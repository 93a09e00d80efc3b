"""Dollars in and out of micro-dollars."""

from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import LARGEST, MICRO, format_short, format_usd, parse_usd, with_markup

amounts = st.integers(0, LARGEST)


@given(amounts)
def test_what_is_written_reads_as_the_same_amount(micro: int):
    assert parse_usd(format_usd(micro)) == micro
    assert parse_usd(format_short(micro)) == micro


@given(st.integers(-LARGEST, LARGEST))
def test_an_amount_is_written_exactly_with_six_decimals(micro: int):
    assert Decimal(format_usd(micro)) * MICRO == micro
    assert len(format_usd(micro).split(".")[1]) == 6


@given(st.text())
def test_any_text_is_an_amount_or_a_clear_refusal(text: str):
    try:
        micro = parse_usd(text)
    except ValueError:
        return
    assert 0 <= micro <= LARGEST
    assert Decimal(text) * MICRO == micro


@given(st.integers(1, 10**9), st.integers(0, 10**7))
def test_a_markup_is_rounded_up_once(cost: int, markup_ppm: int):
    exact = Decimal(cost) * (MICRO + markup_ppm) / MICRO
    assert with_markup(cost, markup_ppm) == exact.to_integral_value(ROUND_CEILING)


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("25.00", 25_000_000),
        ("0", 0),
        ("0.038", 38_000),
        ("0.000001", 1),
        ("007", 7_000_000),
        ("9007199254.740991", LARGEST),
    ],
)
def test_plain_dollars_are_read(text: str, micro: int):
    assert parse_usd(text) == micro


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not an amount of dollars such as 25.00: ''"),
        ("NaN", "not an amount of dollars such as 25.00: 'NaN'"),
        ("1e3", "not an amount of dollars such as 25.00: '1e3'"),
        ("1e-999999999", "not an amount of dollars"),
        ("+1", "not an amount of dollars"),
        (" 1", "not an amount of dollars"),
        ("1\n", "not an amount of dollars"),
        ("1.", "not an amount of dollars"),
        ("1,50", "not an amount of dollars"),
        ("1_000", "not an amount of dollars"),
        ("٣", "not an amount of dollars"),
        ("-0.01", "an amount of dollars cannot be negative"),
        ("0.0000001", "an amount of dollars has at most six decimals"),
        ("0." + "0" * 40 + "1", "an amount of dollars has at most six decimals"),
        ("9007199254.740992", "the amount is above 9007199254.740991 dollars"),
        ("9" * 10_000, "the amount is above 9007199254.740991 dollars"),
    ],
)
def test_anything_else_is_refused_with_the_reason(text: str, complaint: str):
    with pytest.raises(ValueError, match=f"^{complaint.replace('.', '[.]')}"):
        parse_usd(text)


@pytest.mark.parametrize(
    ("micro", "usd", "short"),
    [
        (47_500, "0.047500", "0.0475"),
        (25_000_000, "25.000000", "25.00"),
        (1, "0.000001", "0.000001"),
        (0, "0.000000", "0.00"),
        (100_000, "0.100000", "0.10"),
        (-1_500_000, "-1.500000", "-1.50"),
    ],
)
def test_amounts_are_written_for_machines_and_for_people(micro: int, usd: str, short: str):
    assert (format_usd(micro), format_short(micro)) == (usd, short)


@pytest.mark.parametrize(
    ("cost", "markup_ppm", "price"), [(38_000, 250_000, 47_500), (1, 250_000, 2), (42_000, 0, 42_000)]
)
def test_a_price_is_the_cost_and_the_markup(cost: int, markup_ppm: int, price: int):
    assert with_markup(cost, markup_ppm) == price
