"""Fields that take a JSON value only as what it is: `"3"` is no number, `1` is no yes."""

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.money import parse_usd

IDENTIFIER = re.compile(r"[0-9a-z_]{1,40}")
DOLLARS = re.compile(r"(?=.*[1-9])[0-9]{1,9}(\.[0-9]{1,6})?")
FEWER_DOLLARS_THAN = 10**9


class Text(serializers.CharField):
    """A string without NUL and without halves of characters."""

    default_error_messages = {
        "invalid": "must be a string.",
        "blank": "must not be empty.",
        "max_length": "takes at most {max_length} characters.",
        "min_length": "takes at least {min_length} characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        """Take a string only."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse another type first: the check for blanks would make words of numbers."""
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class Choice(serializers.ChoiceField):
    """One of some strings, all of them named when it is none."""

    def __init__(self, choices: list[str], **options: Any) -> None:
        listed = ", ".join(choices)
        super().__init__(choices=choices, error_messages={"invalid_choice": f"must be one of {listed}."}, **options)

    def to_internal_value(self, data: Any) -> Any:
        """Take one of the strings."""
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number."""

    default_error_messages = {
        "invalid": "must be a whole number.",
        "min_value": "must be at least {min_value}.",
        "max_value": "must be at most {max_value}.",
    }

    def to_internal_value(self, data: Any) -> int:
        """Take a JSON number without a point."""
        if type(data) is not int:
            self.fail("invalid")
        return data


class Number(serializers.FloatField):
    """A finite number."""

    default_error_messages = {
        "invalid": "must be a number.",
        "min_value": "must be at least {min_value}.",
        "max_value": "must be at most {max_value}.",
    }

    def to_internal_value(self, data: Any) -> float:
        """Take a JSON number."""
        if type(data) not in (int, float):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """True or false."""

    default_error_messages = {"invalid": "must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        """Take a JSON boolean."""
        if type(data) is not bool:
            self.fail("invalid")
        return data


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": f"^{DOLLARS.pattern}$"},
            {
                "type": "number",
                "minimum": 0.000001,
                "maximum": FEWER_DOLLARS_THAN,
                "exclusiveMaximum": True,
                "multipleOf": 0.000001,
            },
        ],
        "example": "0.20",
    }
)
class Dollars(serializers.Field[int, Any, str, Any]):
    """An amount of dollars above 0, as a string or a number with at most six decimals; read as micro-dollars."""

    default_error_messages = {
        "invalid": f"must be dollars above 0 and up to {FEWER_DOLLARS_THAN - 1}.999999, with at most six decimals."
    }

    def to_internal_value(self, data: Any) -> int:
        """Read micro-dollars."""
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            self.fail("invalid")
        text = data if isinstance(data, str) else format(Decimal(repr(data)), "f")  # no 1e-06
        if not DOLLARS.fullmatch(text):
            self.fail("invalid")
        return parse_usd(text)
