"""The statements of that month, as the providers would write them, with errors put in; and what must be found."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from billing.reconciliation.judge import Found
from tests.month.life import COSTS, Bought

HEADINGS = {
    "shortapi": "job_id",
    "pixazo": "request_id",
    "apikley": "taskId",
    "aimlapi": "reference_id",
    "apipod": "task_id",
}
DRIFTING, RISE = "apikley", 2_500


@dataclass(frozen=True, slots=True)
class Line:
    """A charge as it is written."""

    ticket: str
    amount: int
    at: object
    number: int


@dataclass(slots=True)
class Bill:
    """A provider's lines, and the errors in them: (kind, attempt or ticket) → µ$."""

    provider: str
    lines: list[Line] = field(default_factory=list)
    errors: dict[tuple[Found, str], int] = field(default_factory=dict)

    def csv(self) -> bytes:
        """Write it as a file."""
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(["id", "created_at", HEADINGS[self.provider], "amount_usd"])
        for line in self.lines:
            rows.writerow([f"chg-{line.number}", f"{line.at:%FT%TZ}", line.ticket, f"{line.amount / 1e6:.6f}"])
        return out.getvalue().encode()


def bills(bought: Sequence[Bought], *, seed: int) -> dict[str, Bill]:
    """Write every provider's statement. About one charge in two hundred is wrong, and one provider's price rises.

    Of what nobody knew, half was made and is charged. A pixazo line in fifty names no job.
    """
    chance = random.Random(seed)
    written = {provider: Bill(provider) for provider in COSTS}
    rises_at = sorted(each.at for each in bought)[len(bought) * 4 // 5]
    for each in bought:
        bill = written[each.provider]
        if each.outcome == "failed":
            if chance.random() < 0.05:
                _error(bill, Found.MISSING_REFUND, each.attempt, each.cost)
                _charge(bill, each, each.cost)
            continue
        if each.outcome == "lost" and chance.random() < 0.5:
            continue
        if each.provider == DRIFTING and each.at >= rises_at:
            _charge(bill, each, each.cost + RISE)
            continue
        _bill(bill, each, chance)
    for bill in written.values():
        _stray(bill, chance)
    return written


def _bill(bill: Bill, each: Bought, chance: random.Random) -> None:
    error = chance.choices([None, Found.DUPLICATE, Found.OVER_CHARGED], weights=[994, 3, 3])[0]
    if error is Found.OVER_CHARGED:
        more = chance.choice([1_000, each.cost, each.cost * 9])
        _error(bill, error, each.attempt, more)
        _charge(bill, each, each.cost + more)
        return
    nameless = not error and bill.provider == "pixazo" and chance.random() < 0.02
    _charge(bill, replace(each, ticket="") if nameless else each, each.cost)
    if error is Found.DUPLICATE:
        _error(bill, error, each.attempt, each.cost)
        _charge(bill, each, each.cost)


def _charge(bill: Bill, each: Bought, amount: int) -> None:
    bill.lines.append(Line(each.ticket, amount, each.at + timedelta(seconds=20), len(bill.lines) + 1))


def _error(bill: Bill, kind: Found, of: str, amount: int) -> None:
    bill.errors[kind, of] = amount


def _stray(bill: Bill, chance: random.Random) -> None:
    """Charge for jobs that we never ordered."""
    for number in range(max(1, len(bill.lines) // 1000)):
        like = chance.choice(bill.lines)
        ticket = f"stray-{number}"
        _error(bill, Found.UNMATCHED, ticket, like.amount)
        bill.lines.append(Line(ticket, like.amount, like.at, len(bill.lines) + 1))
