"""Move money: grant, hold, capture, release, book costs. Locks on money are taken here and nowhere else.

Nothing is read and then written: each movement is one statement whose condition decides, so that the row count says
whether it happened. Only when it did not is anything read, to say why. Every movement has a key and happens once:
repeated with the same content it changes nothing, with another it raises MovementConflict.

Each function runs in the caller's transaction, or in one of its own that is repeated after a deadlock. Rows are locked
hold first, then wallet, until the transaction ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.ids import new_id
from billing.errors import CaptureAboveHold, HoldClosed, InsufficientCredit, MovementConflict, UnknownHold
from billing.models import Account, AccountKind, Entry, Hold, HoldState, TransferKind
from billing.money import LARGEST, format_usd
from billing.transactions import in_transaction

LONGEST_HOLD = timedelta(hours=1, minutes=10)


@dataclass(frozen=True, slots=True)
class Balance:
    """A workspace's credit: `spent` is all that was captured less what was refunded."""

    available: int
    held: int
    spent: int


@dataclass(frozen=True, slots=True)
class LowCredit:
    """What may still be spent has just fallen below the amount at which the workspace wants to be warned."""

    available: int
    below: int


GRANT = """
WITH transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    VALUES (%(id)s, %(key)s, 'grant', '', '', '', statement_timestamp())
    ON CONFLICT (key) DO NOTHING RETURNING id
), wallet AS (
    UPDATE billing_account SET posted = posted + %(amount)s FROM transfer
    WHERE kind = 'wallet' AND workspace_id = %(workspace)s AND provider = ''
    RETURNING billing_account.id
)
INSERT INTO billing_entry (transfer_id, account_id, amount)
SELECT transfer.id, wallet.id, %(amount)s FROM transfer, wallet
UNION ALL
SELECT transfer.id, funding.id, -%(amount)s FROM transfer, billing_account funding
WHERE funding.kind = 'funding' AND funding.workspace_id IS NULL AND funding.provider = ''
"""

HOLD = """
WITH wallet AS (
    UPDATE billing_account SET held = held + %(amount)s
    WHERE kind = 'wallet' AND workspace_id = %(workspace)s AND provider = '' AND posted - held >= %(amount)s
    AND NOT EXISTS (SELECT FROM billing_hold WHERE reference = %(reference)s)
    RETURNING id, posted - held AS available, warn_below
), made AS (
    INSERT INTO billing_hold (id, reference, account_id, amount, captured, budgets, state, created_at, expires_at)
    SELECT %(id)s, %(reference)s, wallet.id, %(amount)s, 0, '[]', 'held', statement_timestamp(),
        statement_timestamp() + %(lasts)s
    FROM wallet
)
SELECT available, CASE WHEN available < warn_below AND available + %(amount)s >= warn_below THEN warn_below END
FROM wallet
"""

CAPTURE = """
WITH closed AS (
    UPDATE billing_hold SET state = 'captured', captured = %(amount)s, closed_at = statement_timestamp()
    WHERE reference = %(reference)s AND state = 'held' AND amount >= %(amount)s
    RETURNING account_id, amount
), wallet AS (
    UPDATE billing_account
    SET posted = posted - %(amount)s, held = held - closed.amount, spent = spent + %(amount)s
    FROM closed WHERE id = closed.account_id
    RETURNING id
), transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    SELECT %(id)s, %(key)s, 'capture', %(reference)s, '', '', statement_timestamp() FROM wallet
    RETURNING id
)
INSERT INTO billing_entry (transfer_id, account_id, amount)
SELECT transfer.id, wallet.id, -%(amount)s FROM transfer, wallet
UNION ALL
SELECT transfer.id, revenue.id, %(amount)s FROM transfer, billing_account revenue
WHERE revenue.kind = 'revenue' AND revenue.workspace_id IS NULL AND revenue.provider = ''
"""

RELEASE = """
WITH closed AS (
    UPDATE billing_hold SET state = 'released', closed_at = statement_timestamp()
    WHERE reference = %(reference)s AND state = 'held'
    RETURNING account_id, amount
)
UPDATE billing_account SET held = held - closed.amount FROM closed WHERE id = closed.account_id
"""

COST = """
WITH transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    VALUES (%(id)s, %(key)s, 'cost', %(attempt)s, '', '', statement_timestamp())
    ON CONFLICT (key) DO NOTHING RETURNING id
)
INSERT INTO billing_entry (transfer_id, account_id, amount)
SELECT transfer.id, account.id, CASE account.kind WHEN 'cost' THEN -%(amount)s ELSE %(amount)s END
FROM transfer, billing_account account
WHERE account.kind IN ('cost', %(owed)s) AND account.workspace_id IS NULL AND account.provider = %(provider)s
"""


@in_transaction
def grant(*, workspace_id: str, amount: int, key: str) -> None:
    """Give a workspace credit, once for each key; opens its wallet when it has none.

    It also opens the accounts on the other side, so that whatever can be captured has somewhere to go.
    """
    _check(amount)
    for kind, workspace in (
        (AccountKind.WALLET, workspace_id), (AccountKind.FUNDING, None), (AccountKind.REVENUE, None),
    ):  # fmt: skip
        _open_account(kind, workspace=workspace)
    key = f"{TransferKind.GRANT}:{key}"
    if not _change(GRANT, {"id": new_id("trf"), "key": key, "workspace": workspace_id, "amount": amount}):
        _check_same(key, account={"kind": AccountKind.WALLET, "workspace_id": workspace_id}, amount=amount)


@in_transaction
def hold(*, workspace_id: str, reference: str, amount: int, lasts: timedelta = LONGEST_HOLD) -> LowCredit | None:
    """Set credit aside for an edit for so long at most, and tell when that crossed the wallet's warning line.

    Raises InsufficientCredit, then nothing is kept.

    One statement that locks the wallet until the transaction ends: call it last of what can wait.
    """
    _check(amount)
    values = {
        "id": new_id("hld"), "workspace": workspace_id, "reference": reference, "amount": amount, "lasts": lasts,
    }  # fmt: skip
    while not (done := _row(HOLD, values)):
        made = Hold.objects.filter(reference=reference).values_list("account__workspace_id", "amount").first()
        if made is not None:
            if made != (workspace_id, amount):
                raise MovementConflict(f"A hold for {reference} was made before, for something else.")
            return None
        available = balance(workspace_id).available
        if available < amount:
            raise InsufficientCredit(needed=amount, available=available)
        # Credit came back after the statement had looked: let it look again.
    left, below = done
    return None if below is None else LowCredit(available=left, below=below)


@in_transaction
def capture(*, reference: str, amount: int) -> None:
    """Take `amount` (0 < amount ≤ the hold) of what was set aside for an edit and give back the rest.

    Repeating the same capture changes nothing. Raises UnknownHold, CaptureAboveHold, and HoldClosed when the hold was
    closed in any other way.
    """
    _check(amount)
    values = {"id": new_id("trf"), "key": f"{TransferKind.CAPTURE}:{reference}", "reference": reference}
    if _change(CAPTURE, {**values, "amount": amount}):
        return
    made = _find_hold(reference)
    if made.state == HoldState.HELD:
        raise CaptureAboveHold(f"{format_usd(amount)} is more than {reference} has on hold, {format_usd(made.amount)}.")
    if (made.state, made.captured) != (HoldState.CAPTURED, amount):
        raise HoldClosed(f"The hold for {reference} was {made.state} already, with {format_usd(made.captured)} taken.")


@in_transaction
def release(*, reference: str) -> None:
    """Give back all that was set aside for an edit. Repeating it changes nothing.

    Raises UnknownHold, and HoldClosed after a capture.
    """
    if not _change(RELEASE, {"reference": reference}) and _find_hold(reference).state != HoldState.RELEASED:
        raise HoldClosed(f"The hold for {reference} was captured already.")


@in_transaction
def record_cost(*, attempt: str, provider: str, amount: int, certain: bool) -> None:
    """Book what an attempt cost us upstream, once: accrued when certain, in suspense when its outcome is unknown.

    Raises MovementConflict when the attempt's cost was booked before with another amount, provider or certainty.
    """
    _check(amount)
    owed = AccountKind.PROVIDER_ACCRUED if certain else AccountKind.SUSPENSE
    for kind in (AccountKind.COST, owed):
        _open_account(kind, provider=provider)
    key = f"{TransferKind.COST}:{attempt}"
    values = {"key": key, "attempt": attempt, "provider": provider, "amount": amount, "owed": owed.value}
    if not _change(COST, {"id": new_id("trf"), **values}):
        _check_same(key, account={"kind": owed, "provider": provider}, amount=amount)


def balance(workspace_id: str) -> Balance:
    """Tell a workspace's credit now, in one query; nothing at all before its first grant.

    `spent` is a running total of the wallet, changed by the statement that makes the entries: it costs a capture
    nothing, as that row is written anyway, where a sum would read every capture that ever was (I2 compares the two).
    """
    posted, held, spent = _wallet(workspace_id).values_list("posted", "held", "spent").first() or (0, 0, 0)
    return Balance(available=posted - held, held=held, spent=spent)


@in_transaction
def set_credit_warning(*, workspace_id: str, below: int | None) -> None:
    """Have every fall below this amount told by `hold`; None tells nothing. Opens the wallet when there is none."""
    if below is not None:
        _check(below)
    _open_account(AccountKind.WALLET, workspace=workspace_id)
    _wallet(workspace_id).update(warn_below=below)


def credit_warning(workspace_id: str) -> int | None:
    """Give the amount below which the workspace wants to be warned."""
    return _wallet(workspace_id).values_list("warn_below", flat=True).first()


def _wallet(workspace_id: str) -> "QuerySet[Account]":
    return Account.objects.filter(kind=AccountKind.WALLET, workspace_id=workspace_id, provider="")


def _row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a movement and give the row it answers with; None when it did not happen."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _change(statement: str, values: Mapping[str, Any]) -> bool:
    """Run a movement and tell whether it happened."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def _open_account(kind: AccountKind, *, workspace: str | None = None, provider: str = "") -> None:
    """Open an account unless it is open. No look first: two that open it at once both succeed."""
    account = Account(kind=kind, workspace_id=workspace, provider=provider)
    Account.objects.bulk_create([account], ignore_conflicts=True)


def _find_hold(reference: str) -> Hold:
    try:
        return Hold.objects.get(reference=reference)
    except Hold.DoesNotExist as error:
        raise UnknownHold(f"Nothing was set aside for {reference}.") from error


def _check_same(key: str, *, account: Mapping[str, object], amount: int) -> None:
    """Check that the movement made under this key before gave this amount to this account."""
    of_account = {f"account__{name}": value for name, value in account.items()}
    if not Entry.objects.filter(transfer__key=key, amount=amount, **of_account).exists():
        raise MovementConflict(f"{key} was booked before, for something else.")


def _check(amount: int) -> None:
    if not 0 < amount <= LARGEST:
        raise ValueError(f"a movement of money is above 0 and at most {LARGEST} µ$, not {amount}")
