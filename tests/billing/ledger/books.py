"""Short ways to move money in tests, and to let time pass."""

from datetime import timedelta

from django.utils import timezone

from billing.ledger import add_credit, capture, hold
from billing.models import Hold, Lot, Payment, TransferKind


def left(workspace_id: str) -> dict[str, int]:
    """What is left of each lot, by the key of the transfer that brought it."""
    lots = Lot.objects.filter(account__workspace_id=workspace_id).order_by("id")
    return dict(lots.values_list("transfer__key", "remaining"))


def spend(workspace_id: str, amount: int, edit: str = "edt_1") -> None:
    hold(workspace_id=workspace_id, reference=edit, amount=amount)
    capture(reference=edit, amount=amount)


def pay(workspace_id: str, amount: int, name: str = "pi_1", *, row: bool = True) -> Payment:
    """A top-up that was paid for."""
    payment = Payment.objects.create(
        workspace_id=workspace_id, purpose="top_up", amount=amount, credit=amount, state="succeeded", intent=name
    )
    add_credit(
        workspace_id=workspace_id, amount=amount, paid=amount, key=name, kind=TransferKind.TOP_UP, reference=payment.id
    )
    return payment


def ago(**time: float):
    return timezone.now() - timedelta(**time)


def end_lot(key: str) -> str:
    """Let a lot's time be over; gives its id."""
    Lot.objects.filter(transfer__key=key).update(expires_at=ago(seconds=1))
    return Lot.objects.get(transfer__key=key).id


def end_hold(edit: str) -> None:
    Hold.objects.filter(reference=edit).update(expires_at=ago(seconds=1))
