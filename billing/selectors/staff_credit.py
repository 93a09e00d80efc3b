"""Movements of credit for staff: what was booked and on which accounts, what is left of a charge, and corrections."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from billing.ledger import CORRECTABLE
from billing.models import AccountKind, Correction, Entry, Hold, HoldState, Transfer

MOST = 25


@dataclass(frozen=True, slots=True)
class Charge:
    """What an edit was charged, in µ$, and whose credit that was."""

    edit: str
    workspace: Workspace
    captured: int
    refunded: int

    @property
    def left(self) -> int:
        """Give what can still be given back."""
        return self.captured - self.refunded


@dataclass(frozen=True, slots=True)
class Booked:
    """A transfer with its entries, and the correction of it that waits or was booked."""

    transfer: Transfer
    entries: list[Entry]
    correction: Correction | None

    @property
    def may_be_corrected(self) -> bool:
        """Tell whether a correction of it can be asked for."""
        return self.transfer.kind in CORRECTABLE and self.correction is None


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction with the entries of what it corrects, which are what it books, the other way round."""

    correction: Correction
    entries: list[Entry]


def charge_of(edit: str) -> Charge | None:
    """Tell what an edit was charged; None where nothing ever was. One query."""
    holds = Hold.objects.filter(reference=edit, state=HoldState.CAPTURED).select_related("account__workspace")
    hold = holds.first()
    if hold is None or hold.account.workspace is None:
        return None
    return Charge(edit, hold.account.workspace, hold.captured, hold.refunded)


def movements_found(search: str) -> list[Booked]:
    """List what was booked for an edit or payment, or on a workspace's credit, newest first; or one entry by its id.

    Four queries.
    """
    found = list(Transfer.objects.filter(Q(id=search) | Q(reference=search) & ~Q(reference="")).order_by("-id")[:MOST])
    if not found:
        found = list(_of_workspace(search))
    entries = _entries(found)
    asked = Correction.objects.filter(corrected__in=found, refused_at=None).select_related("asked_by")
    corrections = {one.corrected_id: one for one in asked}
    return [Booked(one, entries[one.id], corrections.get(one.id)) for one in found]


def waiting_corrections() -> list[Asked]:
    """List what waits for a second person, oldest first. Two queries."""
    return _with_entries(_corrections().filter(approved_by=None, refused_at=None, booked=None).order_by("id"))


def decided_corrections() -> list[Asked]:
    """List the latest that were booked or refused. Two queries."""
    return _with_entries(_corrections().exclude(refused_at=None, booked=None).order_by("-id"))


def _of_workspace(search: str) -> "QuerySet[Transfer]":
    own = Entry.objects.filter(account__kind=AccountKind.WALLET, account__workspace=search)
    return Transfer.objects.filter(id__in=own.order_by("-id").values("transfer")[:MOST]).order_by("-id")


def _corrections() -> "QuerySet[Correction]":
    return Correction.objects.select_related("corrected", "booked", "asked_by", "approved_by", "refused_by")


def _with_entries(found: "QuerySet[Correction]") -> list[Asked]:
    corrections = list(found[:MOST])
    entries = _entries(one.corrected for one in corrections)
    return [Asked(one, entries[one.corrected_id]) for one in corrections]


def _entries(transfers: Iterable[Transfer]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {one.id: [] for one in transfers}
    for entry in Entry.objects.filter(transfer__in=found).select_related("account__workspace").order_by("id"):
        found[entry.transfer_id].append(entry)
    return found
