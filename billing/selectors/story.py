"""What became of the credit for one edit, told by the ledger's own rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from billing.models import AccountKind, Entry, Hold, HoldState, TransferKind

OWN = (AccountKind.WALLET, AccountKind.RECEIVABLE)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened, in µ$: positive came back to the workspace, negative was set aside or taken.

    `kind` is held, released, expired, rest (what a charge left of the hold), or a transfer's: capture, refund,
    correction. `transfer` is the ledger's id of it, `memo` what was written to people with it.
    """

    at: datetime
    kind: str
    amount: int
    transfer: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """All of it in the order it happened.

    `charged` is what was taken less what came back of it; `on_hold` what is set aside.
    """

    lines: tuple[StoryLine, ...] = ()
    charged: int = 0
    on_hold: int = 0


def story(*, workspace_id: str, reference: str) -> Story:
    """Tell what was held, taken and given back for an edit; empty where nothing ever was. Two queries."""
    hold = Hold.objects.filter(reference=reference, account__workspace_id=workspace_id).first()
    moved = list(_moved(workspace_id, reference))
    taken = [line for line in moved if line.kind == TransferKind.CAPTURE]
    later = [line for line in moved if line.kind != TransferKind.CAPTURE]
    held = list(_held(hold)) if hold else []
    return Story(
        lines=(*held[:1], *taken, *held[1:], *later),
        charged=-sum(line.amount for line in moved),
        on_hold=hold.amount if hold and hold.state == HoldState.HELD else 0,
    )


def _held(hold: Hold) -> Iterator[StoryLine]:
    yield StoryLine(hold.created_at, "held", -hold.amount)
    if hold.closed_at is None:
        return
    if hold.state == HoldState.CAPTURED:
        if hold.amount > hold.captured:
            yield StoryLine(hold.closed_at, "rest", hold.amount - hold.captured)
    else:
        yield StoryLine(hold.closed_at, str(hold.state), hold.amount)


def _moved(workspace_id: str, reference: str) -> Iterator[StoryLine]:
    entries = Entry.objects.filter(
        transfer__reference=reference, account__workspace_id=workspace_id, account__kind__in=OWN
    )
    sums = entries.values_list("transfer__created_at", "transfer__kind", "transfer_id", "transfer__memo").annotate(
        total=Sum("amount")
    )
    for at, kind, transfer, memo, amount in sums.order_by("transfer__created_at"):
        yield StoryLine(at, kind, int(amount), transfer, memo if kind == TransferKind.REFUND else "")
