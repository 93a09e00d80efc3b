"""Judge what a statement charges for attempts: what is settled, and what staff must look into. Pure.

What is due for an attempt is settled; whatever is charged above that is the amount of one finding, so that a
statement's total is always the sum of what was settled and what was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from billing.reconciliation.charge import Charge
from billing.reconciliation.drift import Priced, drifts


class Found(StrEnum):
    """What may be wrong with a charge; the values are those of review items."""

    UNMATCHED = "unmatched"
    OVER_CHARGED = "over_charged"
    DUPLICATE = "duplicate"
    MISSING_REFUND = "missing_refund"
    PRICE_DRIFT = "price_drift"


@dataclass(frozen=True, slots=True)
class Owed:
    """What we know of an attempt: `due` µ$ for `pictures` of a kind, nothing for one that brought none.

    Of an attempt whose outcome nobody knows, what it may cost is due: being charged for it settles that.
    """

    attempt: str
    due: int
    pictures: int
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is owed for an attempt by its statement, and all that the statement charged for it."""

    attempt: str
    owed: int
    stated: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look into, once for each `key`; `places` are the charges it is about, `amount` µ$ is at stake."""

    kind: Found
    key: str
    amount: int
    places: tuple[int, ...]
    attempt: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explained:
    """What a new price, found before under the key `cause`, accounts for of an attempt's charges, in µ$."""

    facts: Mapping[str, object]
    cause: str
    amount: int


NOT_EXPLAINED = Explained({}, "", 0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that came of a statement."""

    settlements: list[Settlement]
    findings: list[Finding]


def judge(
    charges: Sequence[Charge],
    attempts: Mapping[int, str],
    owed: Mapping[str, Owed],
    explained: Mapping[str, Explained] | None = None,
) -> Judgement:
    """Judge every charge; `attempts` names the attempt of each matched one by its place.

    What is `explained` of an attempt by a new price stays so as far as it is still charged; the rest is taken out of
    that price by a finding below zero.
    """
    explained = explained or {}
    places: dict[str, list[int]] = {}
    for place, attempt in sorted(attempts.items()):
        places.setdefault(attempt, []).append(place)
    settlements: list[Settlement] = []
    findings = [_unmatched(charges, place) for place in _left(charges, attempts)]
    above: list[Finding] = []
    for attempt, own in places.items():
        before = explained.get(attempt, NOT_EXPLAINED)
        settled, found = _judge_attempt(owed[attempt], [(place, charges[place]) for place in own], before)
        settlements.append(settled)
        (above if found and found[0].kind is Found.OVER_CHARGED and len(own) == 1 else findings).extend(found)
    return Judgement(settlements, _once(findings + _drifted(charges, places, owed, above)))


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Tell of one cause once: what is found of a new price and what is taken out of it is one amount."""
    once: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda each: each.amount < 0):
        same = once.get(finding.key)
        once[finding.key] = finding if same is None else replace(
            same, amount=same.amount + finding.amount, places=same.places + finding.places
        )  # fmt: skip
    return list(once.values())


def _left(charges: Sequence[Charge], attempts: Mapping[int, str]) -> list[int]:
    return [place for place, charge in enumerate(charges) if place not in attempts and charge.amount]


def _unmatched(charges: Sequence[Charge], place: int) -> Finding:
    charge = charges[place]
    return Finding(Found.UNMATCHED, f"line:{charge.line_id}", charge.amount, (place,), facts={"ticket": charge.ticket})


def _judge_attempt(owed: Owed, own: list[tuple[int, Charge]], before: Explained) -> tuple[Settlement, list[Finding]]:
    places = tuple(place for place, _ in own)
    stated = sum(charge.amount for _, charge in own)
    first = next((charge.amount for _, charge in own if charge.amount > 0), 0)
    settled = max(0, min(stated, owed.due))
    if owed.due < stated <= owed.due + owed.pictures and owed.due:
        settled = stated  # a micro-dollar a picture is rounding
    facts = {"due": owed.due, "charges": [charge.amount for _, charge in own]}
    found: list[Finding] = []

    def find(kind: Found, amount: int) -> None:
        found.append(Finding(kind, f"{kind}:{owed.attempt}", amount, places, owed.attempt, facts))

    if stated != settled and not owed.due:
        find(Found.MISSING_REFUND, stated)
    elif stated < 0:
        find(Found.DUPLICATE, stated)  # refunded more than was charged
    elif stated > settled:
        twice = max(0, stated - max(first, owed.due))
        if twice:
            find(Found.DUPLICATE, twice)
        if stated - settled - twice > before.amount:
            find(Found.OVER_CHARGED, stated - settled - twice - before.amount)
    rest = stated - settled - sum(finding.amount for finding in found)
    return Settlement(owed.attempt, settled, stated), found + _taken_out(before, rest, places)


def _taken_out(before: Explained, rest: int, places: tuple[int, ...]) -> list[Finding]:
    """Take out of a new price what it explained of an attempt and is not charged any more."""
    gone = before.amount - max(0, rest)
    return [Finding(Found.PRICE_DRIFT, before.cause, -gone, places, facts=before.facts)] if gone > 0 else []


def _drifted(
    charges: Sequence[Charge], places: Mapping[str, list[int]], owed: Mapping[str, Owed], above: list[Finding]
) -> list[Finding]:
    """Tell of many charges with one new price once, and of the others one by one."""
    single = {
        attempt: Priced(owed[attempt].kind, charges[own[0]].at, charges[own[0]].amount, owed[attempt].pictures,
                        owed[attempt].due)
        for attempt, own in places.items()
        if len(own) == 1 and owed[attempt].due and owed[attempt].pictures
    }  # fmt: skip
    findings, explained = [], set[str]()
    by_attempt = {finding.attempt: finding for finding in above}
    for drift in drifts(single):
        explained |= drift.attempts
        those = [by_attempt[attempt] for attempt in sorted(drift.attempts) if attempt in by_attempt]
        findings.append(
            Finding(
                Found.PRICE_DRIFT,
                f"drift:{drift.kind}:{drift.unit}:{drift.since:%Y-%m-%d}",
                sum(finding.amount for finding in those),
                tuple(finding.places[0] for finding in those),
                facts={
                    "unit": drift.unit,
                    "was": drift.was,
                    "charges": len(drift.attempts),
                    "since": f"{drift.since:%FT%TZ}",
                },
            )
        )
    return findings + [finding for finding in above if finding.attempt not in explained]
