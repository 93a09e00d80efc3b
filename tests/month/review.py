"""Review that month as staff do: import, compare what was found with what was put in, resolve, sign off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from billing.models import ItemKind, MonthSignOff, Resolution, ReviewItem
from billing.reconciliation.judge import Found
from billing.selectors.provider_months import provider_months
from billing.services.complete_month import complete_month
from billing.services.import_statement import import_file
from billing.services.resolve_item import resolve_item
from billing.services.sign_off_month import sign_off_month
from tests.month.bills import DRIFTING, Bill


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was put in, found, missed and found though it was not there; and what nobody can explain, in µ$."""

    lines: int
    errors: int
    missed: list[str]
    false: list[str]
    unexplained: int


def bring(bills: Mapping[str, Bill], *, month: date, by: User) -> int:
    """Import every statement as complete; gives the number of lines."""
    lines = 0
    for provider, bill in bills.items():
        lines += import_file(provider=provider, month=month, name=f"{provider}.csv", content=bill.csv(), by=by).lines
        complete_month(provider=provider, month=month)
    return lines


def compare(bills: Mapping[str, Bill], *, month: date, lines: int) -> Reviewed:
    """Compare items with errors, one by one: the kind, the attempt or the job, and the amount to a micro-dollar."""
    put_in = {(provider, *error): amount for provider, bill in bills.items() for error, amount in bill.errors.items()}
    put_in[DRIFTING, Found.PRICE_DRIFT, ""] = -1
    found = {}
    for item in ReviewItem.objects.filter(month=month):
        of = item.evidence["ticket"] if item.kind == ItemKind.UNMATCHED else item.attempt
        amount = -1 if item.kind == ItemKind.PRICE_DRIFT else item.amount
        found[item.provider, Found(item.kind) if item.kind in set(Found) else item.kind, of] = amount
    return Reviewed(
        lines=lines,
        errors=len(put_in),
        missed=sorted(str(error) for error in put_in.items() - found.items()),
        false=sorted(str(item) for item in found.items() - put_in.items()),
        unexplained=sum(abs(each.unexplained) for each in provider_months(month)),
    )


def sign(*, month: date, by: User) -> MonthSignOff:
    """Accept the new price and every tenth of the rest, dispute the others, and sign."""
    for number, item in enumerate(ReviewItem.objects.filter(month=month, resolved_at=None).order_by("id")):
        accepted = item.kind == ItemKind.PRICE_DRIFT or number % 10 == 0
        resolve_item(item=item.id, resolution=Resolution.ACCEPTED if accepted else Resolution.DISPUTED, note="", by=by)
    return sign_off_month(month=month, by=by, note="simulated")
