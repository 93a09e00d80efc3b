"""Set credit aside for an edit, and close that once: taken, given back, or run out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from psycopg.types.json import Json

from accounts.ids import new_id
from billing.errors import (
    CaptureAboveHold,
    HoldClosed,
    HoldExpired,
    InsufficientCredit,
    MovementConflict,
    Owes,
    UnknownHold,
)
from billing.ledger.statements import check_amount, row
from billing.ledger.wallets import balance
from billing.models import Hold, HoldState, TransferKind
from billing.money import format_usd
from billing.transactions import in_transaction

LONGEST_HOLD = timedelta(hours=1, minutes=10)


@dataclass(frozen=True, slots=True)
class LowCredit:
    """What may still be spent has just fallen below the amount at which the workspace wants to be warned."""

    available: int
    below: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a new hold leaves; `top_up` is true while that is below the line for automatic top-ups."""

    available: int
    low: LowCredit | None
    top_up: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A hold that has just been closed, with the ids of the budget periods that it counted in."""

    amount: int
    captured: int
    budgets: tuple[str, ...]


HOLD = """
WITH wallet AS (
    UPDATE billing_account SET held = held + %(amount)s
    WHERE kind = 'wallet' AND workspace_id = %(workspace)s AND provider = '' AND posted - held >= %(amount)s
    AND owed = 0 AND NOT EXISTS (SELECT FROM billing_hold WHERE reference = %(reference)s)
    RETURNING id, posted - held AS available, warn_below, top_up_below
), made AS (
    INSERT INTO billing_hold
        (id, reference, account_id, amount, captured, refunded, budgets, state, created_at, expires_at)
    SELECT %(id)s, %(reference)s, wallet.id, %(amount)s, 0, 0, %(budgets)s, 'held', statement_timestamp(),
        statement_timestamp() + %(lasts)s
    FROM wallet
)
SELECT available, CASE WHEN available < warn_below AND available + %(amount)s >= warn_below THEN warn_below END,
    coalesce(available < top_up_below, false)
FROM wallet
"""

# One round trip, in the order hold, wallet, lots: see billing/migrations/0005_captures_use_lots.py.
CAPTURE = "SELECT amount, budgets FROM billing_capture(%(id)s, %(key)s, %(reference)s, %(amount)s)"

RELEASE = """
WITH closed AS (
    UPDATE billing_hold SET state = 'released', closed_at = statement_timestamp()
    WHERE reference = %(reference)s AND state = 'held'
    RETURNING account_id, amount, budgets
), wallet AS (
    UPDATE billing_account SET held = held - closed.amount FROM closed WHERE id = closed.account_id
)
SELECT amount, budgets FROM closed
"""

PROLONG = """
UPDATE billing_hold SET expires_at = statement_timestamp() + %(lasts)s, budgets = %(budgets)s
WHERE reference = %(reference)s AND state = 'held' RETURNING amount
"""


@in_transaction
def hold(
    *,
    workspace_id: str,
    reference: str,
    amount: int,
    lasts: timedelta = LONGEST_HOLD,
    budgets: Sequence[str] = (),
) -> Held | None:
    """Set credit aside for an edit, for so long at most, and tell what that leaves; None when it was set aside before.

    Raises InsufficientCredit, and Owes for a workspace that owes us; then nothing is kept. `budgets` are the ids of
    the budget periods it counts in. One statement that locks the wallet until the transaction ends: call it last of
    what can wait.
    """
    check_amount(amount)
    values = {
        "id": new_id("hld"), "workspace": workspace_id, "reference": reference, "amount": amount, "lasts": lasts,
        "budgets": Json(list(budgets)),
    }  # fmt: skip
    while not (done := row(HOLD, values)):
        made = Hold.objects.filter(reference=reference).values_list("account__workspace_id", "amount").first()
        if made is not None:
            if made != (workspace_id, amount):
                raise MovementConflict(f"A hold for {reference} was made before, for something else.")
            return None
        now = balance(workspace_id)
        if now.owed:
            raise Owes(owed=now.owed)
        if now.available < amount:
            raise InsufficientCredit(needed=amount, available=now.available)
        # Credit came back after the statement had looked: let it look again.
    left, below, top_up = done
    return Held(available=left, low=None if below is None else LowCredit(available=left, below=below), top_up=top_up)


@in_transaction
def capture(*, reference: str, amount: int) -> Closed | None:
    """Take `amount` (0 < amount ≤ the hold) of what was set aside for an edit and give back the rest.

    Repeating the same capture changes nothing and gives None. Raises UnknownHold, CaptureAboveHold, HoldExpired when
    it had run out, and HoldClosed when it was closed in any other way.
    """
    check_amount(amount)
    values = {"id": new_id("trf"), "key": f"{TransferKind.CAPTURE}:{reference}", "reference": reference}
    if done := closed(CAPTURE, {**values, "amount": amount}, captured=amount):
        return done
    made = _find_hold(reference)
    if made.state == HoldState.HELD:
        raise CaptureAboveHold(f"{format_usd(amount)} is more than {reference} has on hold, {format_usd(made.amount)}.")
    if made.state == HoldState.EXPIRED:
        raise HoldExpired(f"The hold for {reference} had run out, and nothing can be taken of it any more.")
    if (made.state, made.captured) != (HoldState.CAPTURED, amount):
        raise HoldClosed(f"The hold for {reference} was {made.state} already, with {format_usd(made.captured)} taken.")
    return None


@in_transaction
def release(*, reference: str) -> Closed | None:
    """Give back all that was set aside for an edit; None when it was given back before, or ran out.

    Raises UnknownHold, and HoldClosed after a capture.
    """
    if done := closed(RELEASE, {"reference": reference}, captured=0):
        return done
    if _find_hold(reference).state == HoldState.CAPTURED:
        raise HoldClosed(f"The hold for {reference} was captured already.")
    return None


@in_transaction
def prolong_hold(*, reference: str, lasts: timedelta, budgets: Sequence[str]) -> int:
    """Let an open hold last so long from now on and count in these budget periods; gives its amount.

    Raises UnknownHold, and HoldClosed when it is not open any more.
    """
    done = row(PROLONG, {"reference": reference, "lasts": lasts, "budgets": Json(list(budgets))})
    if done is None:
        raise HoldClosed(f"The hold for {reference} was {_find_hold(reference).state} already.")
    return int(done[0])


def closed(statement: str, values: Mapping[str, Any], *, captured: int) -> Closed | None:
    """Run a statement that closes a hold and say what it closed; None when it closed none."""
    done = row(statement, values)
    return None if done is None else Closed(amount=done[0], captured=captured, budgets=tuple(json.loads(done[1])))


def _find_hold(reference: str) -> Hold:
    try:
        return Hold.objects.get(reference=reference)
    except Hold.DoesNotExist as error:
        raise UnknownHold(f"Nothing was set aside for {reference}.") from error
