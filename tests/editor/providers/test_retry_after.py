"""Every way in which a provider may tell us to wait, and none of them believed too much."""

import pytest

from editor.providers.retry_after import retry_after

NOW = "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0.0),
        ("5", 5.0),
        (" 5 ", 5.0),
        ("1.5", 1.5),
        ("900", 900.0),
        ("901", 900.0),
        ("99999999999", 900.0),
        ("9" * 400, None),
        ("-1", None),
        ("-0", None),
        ("1e309", None),
        ("1e3", None),
        ("inf", None),
        ("NaN", None),
        ("soon", None),
        ("1_0", None),
        ("٣", None),
        ("", None),
        ("5, 10", None),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 12:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2026 13:00:30 +0100", 30.0),
        ("Fri, 20 Nov 2026 12:00:30 -0000", 30.0),
        ("Fri, 20 Nov 2036 12:00:00 GMT", 900.0),
        ("Fri, 20 Nov 2026 11:59:59 GMT", None),
        ("Fri, 99 Nov 2026 12:00:00 GMT", None),
        ("Fri, 20 Nov 99999 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(said: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": said, "date": NOW}) == seconds


@pytest.mark.parametrize("date", [{}, {"date": ""}, {"date": "today"}])
def test_a_date_without_the_replys_own_date_says_nothing(date: dict[str, str]) -> None:
    assert retry_after({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", **date}) is None


def test_without_the_header_nothing_is_said() -> None:
    assert retry_after({}) is None
