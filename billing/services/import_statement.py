"""Import a provider's statement: keep its charges, match them, settle what is due, put the rest up for review."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from billing.errors import AlreadyImported, MonthSigned
from billing.ledger import Stated, settle_stated
from billing.models import MonthSignOff, Resolution, ReviewItem, Statement, StatementLine
from billing.reconciliation.charge import Charge
from billing.reconciliation.judge import Finding, Owed, judge
from billing.reconciliation.match import Matches, match
from billing.reconciliation.read import read_rows, read_statement
from billing.services.any_of import any_of
from billing.services.known_costs import KnownCost, cost_of, known_costs
from billing.services.new_prices import explained_before
from billing.services.raise_items import OF_STATEMENTS, raise_items
from billing.services.take_turn import take_turn
from billing.transactions import in_transaction

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: `known` lines had been on an earlier statement and were passed over."""

    statement: Statement
    lines: int
    known: int
    matched: int
    items: int


def import_file(
    *, provider: str, month: date, name: str, content: bytes, by: User | None, patience: int = 0
) -> Imported:
    """Import a file of one month. Raises BadStatement, AlreadyImported, MonthSigned; then nothing is kept.

    With `patience` NotYourTurn too: see `take_turn`.
    """
    charges = read_statement(provider, content, month=month)
    return import_charges(
        provider=provider,
        month=month,
        name=name,
        charges=charges,
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
        patience=patience,
    )


@in_transaction
@transaction.atomic
def import_charges(
    *,
    provider: str,
    month: date,
    name: str,
    charges: Sequence[Charge],
    by: User | None,
    sha256: str = "",
    patience: int = 0,
) -> Imported:
    """Import charges of one month. Raises AlreadyImported, MonthSigned, NotYourTurn; then nothing is kept.

    One transaction, one import of a provider at a time. Charges that were on an earlier statement are passed over, so
    that statements may overlap; one of which nothing is new is refused.
    """
    sha256 = sha256 or _sha256(charges)
    take_turn(provider, patience=patience)
    if MonthSignOff.objects.filter(month=month).exists():
        raise MonthSigned(month)
    if Statement.objects.filter(provider=provider, sha256=sha256).exists():
        raise AlreadyImported(provider=provider, month=month)
    new = _without_known(provider, charges)
    if not new:
        raise AlreadyImported(provider=provider, month=month)
    statement = Statement.objects.create(
        provider=provider, month=month, sha256=sha256, name=name[:200], imported_by=by,
        lines_read=len(new), total=sum(charge.amount for charge in new),
    )  # fmt: skip
    costs = known_costs(provider=provider, month=month, charges=new)
    matches = match(new, [cost_of(known) for known in costs.values()], taken=_charged(costs))
    return _book(statement, charges, new, matches, costs)


def _book(
    statement: Statement, read: Sequence[Charge], new: Sequence[Charge], matches: Matches, costs: dict[str, KnownCost]
) -> Imported:
    attempts = {**matches.by_id, **matches.by_time}
    named = set(attempts.values())
    lines = _keep_lines(statement, new, matches)
    earlier, found = _earlier(statement, named)
    owed = _owed(named, costs)
    judged = judge(
        [*new, *earlier],
        {**attempts, **{len(new) + place: attempt for place, attempt in enumerate(found)}},
        owed,
        explained_before(statement.provider, list(zip(found, earlier, strict=True)), owed),
    )
    statement.settled = settle_stated(
        provider=statement.provider,
        statement=statement.id,
        settlements=[Stated(each.attempt, each.owed, each.stated) for each in judged.settlements],
    )
    statement.save(update_fields=["settled"])
    raised = raise_items([_item(statement, finding, lines) for finding in judged.findings], about=named)
    return Imported(statement, len(new), len(read) - len(new), len(attempts), raised)


def _owed(attempts: set[str], costs: dict[str, KnownCost]) -> dict[str, Owed]:
    """Give what is due for each: what was expected, and what staff accepted beyond that."""
    accepted = ReviewItem.objects.filter(
        attempt__in=any_of(attempts), kind__in=OF_STATEMENTS, resolution=Resolution.ACCEPTED, amount__gt=0
    ).values("attempt")
    beyond = dict(accepted.annotate(sum=Sum("amount")).values_list("attempt", "sum"))
    owed = {attempt: costs[attempt].owed for attempt in attempts}
    return {name: replace(one, due=one.due + beyond.get(name, 0)) for name, one in owed.items()}


def _keep_lines(statement: Statement, new: Sequence[Charge], matches: Matches) -> list[StatementLine]:
    return StatementLine.objects.bulk_create(
        (
            StatementLine(
                statement=statement, provider=statement.provider, number=charge.number, line_id=charge.line_id,
                ticket=charge.ticket, amount=charge.amount, at=charge.at,
                attempt=matches.by_id.get(place) or matches.by_time.get(place, ""),
                matched_by="id" if place in matches.by_id else "time and amount" if place in matches.by_time else "",
            )
            for place, charge in enumerate(new)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def _earlier(statement: Statement, attempts: set[str]) -> tuple[list[Charge], list[str]]:
    """Give the charges for these attempts on earlier statements, and the attempt of each."""
    rows = StatementLine.objects.filter(attempt__in=any_of(attempts)).exclude(statement=statement).order_by("at", "id")
    charges, found = [], []
    for row in rows:
        charges.append(Charge(row.number, row.line_id, row.amount, row.at, row.ticket))
        found.append(row.attempt)
    return charges, found


def _item(statement: Statement, finding: Finding, lines: Sequence[StatementLine]) -> ReviewItem:
    own = [lines[place] for place in finding.places if place < len(lines)]
    return ReviewItem(
        key=f"{statement.provider}:{finding.key}",
        kind=finding.kind.value,
        provider=statement.provider,
        month=statement.month,
        attempt=finding.attempt,
        line=own[0] if own else None,
        amount=finding.amount,
        evidence={**finding.facts, "statement": statement.id, "lines": [line.number for line in own[:100]]},
    )


def _without_known(provider: str, charges: Sequence[Charge]) -> list[Charge]:
    known: set[str] = set()
    for start in range(0, len(charges), BATCH):
        ids = [charge.line_id for charge in charges[start : start + BATCH]]
        known |= set(StatementLine.objects.filter(provider=provider, line_id__in=ids).values_list("line_id", flat=True))
    return [charge for charge in charges if charge.line_id not in known]


def _charged(costs: dict[str, KnownCost]) -> frozenset[str]:
    return frozenset(attempt for attempt, known in costs.items() if known.is_stated)


def _sha256(charges: Sequence[Charge]) -> str:
    said = [[charge.line_id, charge.amount, f"{charge.at:%FT%TZ}"] for charge in charges]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def import_rows(*, provider: str, month: date, name: str, rows: Sequence[Mapping[str, str]]) -> int:
    """Import what a provider's API answered, as rows by heading, and tell how many charges were new.

    Raises as `import_file` does.
    """
    charges = read_rows(provider, enumerate(rows, start=1), month=month)
    return import_charges(provider=provider, month=month, name=name, charges=charges, by=None).lines
