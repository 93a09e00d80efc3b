"""How each provider's statement names its columns, and the unit of its amounts. No Django.

Only AI/ML API documents a format: `GET /v2/billing/transactions` and `GET /v2/logs` (github.com/aimlapi/api-docs,
commit f14fa72: amount `{usd, credits}`, always positive, its sign in `direction`; 2,000,000 credits are a dollar). The
others show usage on pages of their own and publish no export, so their columns are ours: a time and an amount must be
there, under one of these headings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

AIMLAPI_CREDITS = 2_000_000

TIME = ("created_at", "created", "time", "date", "timestamp")
AMOUNT = ("amount_usd", "usd", "amount", "cost")
CREDITS = ("credits", "credits_used", "creditsconsumed")
LINE_ID = ("id", "transaction_id", "charge_id", "line_id")
OURS = ("client_request_id", "our_id")
REFUND = ("direction", "type", "kind")


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings that a provider's statement may use, in lower case, best first.

    `per_usd` is how many of its credits make a dollar; None when it bills dollars only.
    """

    ticket: tuple[str, ...]
    per_usd: int | None = None
    time: tuple[str, ...] = TIME
    amount: tuple[str, ...] = AMOUNT
    credits: tuple[str, ...] = CREDITS
    line_id: tuple[str, ...] = LINE_ID
    ours: tuple[str, ...] = OURS
    refund: tuple[str, ...] = REFUND


COLUMNS: Mapping[str, Columns] = {
    "shortapi": Columns(ticket=("job_id", "task_id")),
    "pixazo": Columns(ticket=("job_set_id", "request_id")),
    "apikley": Columns(ticket=("taskid", "task_id")),
    "aimlapi": Columns(ticket=("reference_id", "inference_id"), per_usd=AIMLAPI_CREDITS),
    "apipod": Columns(ticket=("task_id", "request_id")),
}
REFUNDS = frozenset({"credit", "refund", "in", "reversal", "chargeback", "topup"})
