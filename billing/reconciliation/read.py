"""Read a provider's statement from the bytes of a CSV or JSON file, or from what its API answered. No Django.

All of it or nothing: one line that cannot be read, or is of another month, refuses the whole statement and says which.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from billing.money import LARGEST, MICRO
from billing.reconciliation.charge import BadStatement, Charge
from billing.reconciliation.columns import COLUMNS, REFUNDS, Columns

MOST_LINES = 500_000
MOST_BYTES = 100 * 1024 * 1024
LONGEST_ID = 200
DEAREST = 100_000 * MICRO  # µ$ for one charge, where a picture costs cents
LONGEST_NUMBER = 30  # digits
LISTS = ("data", "transactions", "items", "lines", "logs")

Row = Mapping[str, str]


def read_statement(provider: str, content: bytes, *, month: date) -> list[Charge]:
    """Read a file of charges of that month (its first day, UTC). Raises BadStatement."""
    if len(content) > MOST_BYTES:
        raise BadStatement(f"the file is larger than {MOST_BYTES // 1024**2} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadStatement("the file is not UTF-8 text") from error
    if not text.strip():
        raise BadStatement("the file is empty")
    rows = _json_rows(text) if text.lstrip()[:1] in "[{" else _csv_rows(text, COLUMNS[provider])
    return read_rows(provider, rows, month=month)


def read_rows(provider: str, rows: Iterable[tuple[int, Row]], *, month: date) -> list[Charge]:
    """Read numbered rows with headings in lower case. Raises BadStatement."""
    columns, seen, charges = COLUMNS[provider], Counter[str](), list[Charge]()
    for number, row in rows:
        if len(charges) == MOST_LINES:
            raise BadStatement(f"the statement has more than {MOST_LINES} lines")
        charges.append(_charge(number, row, columns, seen, month))
    if not charges:
        raise BadStatement("the statement has no charges")
    if abs(sum(charge.amount for charge in charges)) > LARGEST:
        raise BadStatement(f"its charges come to more than {LARGEST // MICRO:,} dollars")
    _check_once(charges)
    return charges


def flatten(row: Mapping[str, object]) -> Row:
    """Give a JSON object's texts and numbers by heading; what lies one deeper (`amount.usd`) by its own name."""
    flat: dict[str, str] = {}
    for name, value in row.items():
        match value:
            case dict():
                flat |= {
                    str(inner).lower(): _text(of) for inner, of in value.items() if not isinstance(of, dict | list)
                }
            case list() | None:
                pass
            case _:
                flat[name.lower()] = _text(value)
    return flat


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _json_rows(text: str) -> Iterator[tuple[int, Row]]:
    try:
        body = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadStatement("the file is not JSON, though it begins like it") from error
    if isinstance(body, dict):
        body = next((body[name] for name in LISTS if isinstance(body.get(name), list)), None)
    if not isinstance(body, list):
        raise BadStatement(f"the JSON has no list of charges; expected one of {', '.join(LISTS)}")
    for number, row in enumerate(body, start=1):
        if not isinstance(row, dict):
            raise BadStatement("a charge is a JSON object", line=number)
        yield number, flatten(row)


def _csv_rows(text: str, columns: Columns) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        headings = [heading.strip().lower() for heading in next(reader)]
        _check_headings(headings, columns)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(headings):
                raise BadStatement(f"{len(cells)} cells under {len(headings)} headings", line=reader.line_num)
            yield reader.line_num, dict(zip(headings, (cell.strip() for cell in cells), strict=True))
    except (csv.Error, StopIteration) as error:
        raise BadStatement(f"not a CSV file: {error}", line=reader.line_num) from error


def _check_headings(headings: list[str], columns: Columns) -> None:
    if len(set(headings)) != len(headings):
        raise BadStatement("a heading comes twice", line=1)
    for meant, names in (("the time", columns.time), ("the amount", (*columns.amount, *_credits(columns)))):
        if not set(names) & set(headings):
            raise BadStatement(f"no column gives {meant}; expected one of {', '.join(names)}", line=1)


def _credits(columns: Columns) -> tuple[str, ...]:
    return columns.credits if columns.per_usd else ()


def _charge(number: int, row: Row, columns: Columns, seen: Counter[str], month: date) -> Charge:
    at = _time(number, row, columns)
    if (at.year, at.month) != (month.year, month.month):
        raise BadStatement(f"the charge is of {at:%Y-%m-%d}, not of {month:%Y-%m}", line=number)
    ticket, ours = _first(row, columns.ticket)[1], _first(row, columns.ours)[1]
    line_id = _first(row, columns.line_id)[1] or _made_up_id(row, seen)
    for name, value in (("id", line_id), ("ticket", ticket), ("client_request_id", ours)):
        if len(value) > LONGEST_ID or not value.isprintable():
            raise BadStatement(f"longer than {LONGEST_ID} characters, or not plain text", line=number, column=name)
    return Charge(number, line_id, _amount(number, row, columns), at, ticket, ours)


def _first(row: Row, names: tuple[str, ...]) -> tuple[str, str]:
    there = next((name for name in names if name in row), "")
    return next(((name, row[name]) for name in names if row.get(name)), (there, ""))


def _made_up_id(row: Row, seen: Counter[str]) -> str:
    """Name a line by what it says; two that say the same are two."""
    digest = hashlib.sha256(json.dumps(dict(row), sort_keys=True).encode()).hexdigest()
    seen[digest] += 1
    return f"{digest}-{seen[digest]}"


def _time(number: int, row: Row, columns: Columns) -> datetime:
    name, text = _first(row, columns.time)
    try:
        at = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadStatement(
            f"{text[:40]!r} is no time such as 2026-11-20T12:00:00Z", line=number, column=name or columns.time[0]
        ) from error


def _amount(number: int, row: Row, columns: Columns) -> int:
    """Give the amount in µ$, half a micro-dollar rounded away from zero."""
    name, text = _first(row, columns.amount)
    divisor = 1
    if not text and columns.per_usd:
        name, text = _first(row, columns.credits)
        divisor = columns.per_usd
    value = _decimal(text.removeprefix("$")) * MICRO / divisor
    if not abs(value) <= DEAREST:  # NaN is not either
        wrong = f"more than ${DEAREST // MICRO:,} for one charge" if value.is_finite() else "no amount such as 0.042"
        raise BadStatement(f"{text[:40]!r} is {wrong}", line=number, column=name or columns.amount[0])
    amount = int(value.to_integral_value("ROUND_HALF_UP"))
    refunded = _first(row, columns.refund)[1].lower() in REFUNDS
    return -abs(amount) if refunded else amount


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")
    return value if value.is_finite() and abs(value.adjusted()) < LONGEST_NUMBER else Decimal("Infinity")


def _check_once(charges: list[Charge]) -> None:
    lines: dict[str, int] = {}
    for charge in charges:
        if charge.line_id in lines:
            raise BadStatement(
                f"the charge {charge.line_id[:60]!r} came on line {lines[charge.line_id]} already", line=charge.number
            )
        lines[charge.line_id] = charge.number
