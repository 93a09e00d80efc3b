"""Every invariant finds the very thing it is there to find; what guards against it is taken away first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from billing.closing import close_day
from billing.facade import Spends, capture, set_aside
from billing.invariants import INVARIANTS, violations
from billing.invariants.costs import COSTS
from billing.ledger import add_credit, grant, take_back
from billing.models import Budget, Payment, TransferKind
from tests.conftest import Person

NO_TRIGGERS = "SET LOCAL session_replication_role = replica"
NEW_TRANSFER = (
    "INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)"
    " VALUES ('trf_odd', '{}', '{}', '', '', '', now())"
)
DROP = "ALTER TABLE billing_{} DROP CONSTRAINT {}"
YESTERDAY = "now() - interval '1 day 15 minutes'"
I2 = "I2 a wallet has what its entries sum to, has spent what was captured and kept, owes what is receivable"
I10 = "I10 what was closed is as it was: no transfer changed, missing or added"
CHAIN = "I10 the closed days are one chain"
BREAKS = {
    "I1 each transfer has two or more entries, which sum to zero": [
        [NO_TRIGGERS, NEW_TRANSFER.format("odd", "grant")],
        [NO_TRIGGERS, "UPDATE billing_entry SET amount = amount + 1 WHERE amount > 0"],
        [NO_TRIGGERS, "DELETE FROM billing_entry WHERE amount > 0"],
    ],
    I2: [
        ["UPDATE billing_account SET posted = posted + 1 WHERE kind = 'wallet'"],
        ["UPDATE billing_account SET spent = spent + 1 WHERE kind = 'wallet'"],
        ["UPDATE billing_account SET owed = owed + 1 WHERE kind = 'wallet'"],
        [NO_TRIGGERS, "UPDATE billing_transfer SET kind = 'grant'"],
    ],
    "I2 only wallets carry totals": [
        [
            DROP.format("account", "account_totals_on_wallets_only"),
            "UPDATE billing_account SET posted = 1 WHERE kind = 'revenue'",
        ],
    ],
    "I3 an account has on hold what its open holds sum to": [
        ["UPDATE billing_account SET held = held - 1 WHERE kind = 'wallet'"],
        ["UPDATE billing_hold SET state = 'released', closed_at = now() WHERE state = 'held'"],
    ],
    "I3 a budget's period has what its open holds sum to, and what was charged and not given back": [
        ["UPDATE billing_budgetperiod SET held = held + 1"],
        ["UPDATE billing_budgetperiod SET spent = spent - 1"],
        ["UPDATE billing_hold SET state = 'released', closed_at = now() WHERE state = 'held'"],
        ["UPDATE billing_hold SET refunded = 1 WHERE state = 'captured'"],
        ["UPDATE billing_hold SET budgets = '[]'"],
    ],
    "I4 no wallet has less than nothing, or less than it has on hold": [
        [
            DROP.format("account", "account_wallet_covers_holds"),
            "UPDATE billing_account SET held = posted + 1 WHERE kind = 'wallet'",
        ],
    ],
    "I5 a hold takes no more than was set aside, and something exactly when it was captured": [
        [
            DROP.format("hold", "hold_capture_within"),
            "UPDATE billing_hold SET captured = amount + 1 WHERE state = 'captured'",
        ],
        [
            DROP.format("hold", "hold_captured_when_captured"),
            "UPDATE billing_hold SET captured = 0 WHERE state = 'captured'",
        ],
        [
            DROP.format("hold", "hold_refund_within"),
            "UPDATE billing_hold SET refunded = captured + 1 WHERE state = 'captured'",
        ],
    ],
    "I8 no hold is open when its time is over": [
        ["UPDATE billing_hold SET expires_at = now() - interval '3 minutes' WHERE state = 'held'"],
    ],
    "I9 a key stands for one movement": [
        [
            DROP.format("transfer", "transfer_key_once"),
            NO_TRIGGERS,
            NEW_TRANSFER.format("grant:ten cents", "grant"),
        ],
    ],
    "I9 a capture moved what its hold says, from its wallet": [
        ["UPDATE billing_hold SET captured = captured - 1 WHERE state = 'captured'"],
        ["UPDATE billing_hold SET captured = 1, state = 'captured', closed_at = now() WHERE state = 'held'"],
        ["DELETE FROM billing_hold WHERE state = 'captured'"],
        [NO_TRIGGERS, "UPDATE billing_transfer SET key = 'capture:edt_other' WHERE kind = 'capture'"],
    ],
    I10: [
        [NO_TRIGGERS, "UPDATE billing_transfer SET memo = 'other' WHERE key = 'grant:ten cents'"],
        [NO_TRIGGERS, f"UPDATE billing_transfer SET created_at = {YESTERDAY} WHERE kind = 'capture'"],
        [NO_TRIGGERS, "UPDATE billing_entry SET amount = amount * 2"],
        [NO_TRIGGERS, "DELETE FROM billing_transfer WHERE key = 'grant:ten cents'"],
        [NO_TRIGGERS, NEW_TRANSFER.format("odd", "grant").replace("now()", YESTERDAY)],
        [NO_TRIGGERS, "UPDATE billing_closeblock SET hashes = 'another hash of 16'"],
    ],
    CHAIN: [
        [NO_TRIGGERS, "UPDATE billing_dailyclose SET total = total + 1"],
        [NO_TRIGGERS, "UPDATE billing_dailyclose SET previous_sha256 = sha256"],
        [NO_TRIGGERS, "UPDATE billing_closeblock SET transfers = '[]', hashes = ''"],
        [
            NO_TRIGGERS,
            "UPDATE billing_dailyclose SET day = day - 1 WHERE day = (SELECT min(day) FROM billing_dailyclose)",
        ],
    ],
    "I11 what the books say was paid and not paid back is what the payments say": [
        ["UPDATE billing_payment SET amount = amount + 1"],
        ["UPDATE billing_payment SET refunded = refunded + 1"],
        ["UPDATE billing_payment SET state = 'failed'"],
        ["DELETE FROM billing_payment"],
    ],
    "I15 a wallet's lots sum to what it has": [
        ["UPDATE billing_lot SET remaining = remaining - 1 WHERE remaining > 1"],
        ["DELETE FROM billing_lot"],
    ],
}


@pytest.fixture
def books(alice: Person):
    """Books with a closed day, a grant, a budget, a capture, an open hold, a payment partly owed, all checked."""
    workspace = alice.workspace.id
    grant(workspace_id=workspace, amount=100_000, key="ten cents")
    with connection.cursor() as cursor:
        cursor.execute(NO_TRIGGERS)
        cursor.execute(f"UPDATE billing_transfer SET created_at = {YESTERDAY}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    close_day((timezone.now() - timedelta(days=2, minutes=15)).date())
    close_day((timezone.now() - timedelta(days=1, minutes=15)).date())
    Budget.objects.create(workspace=alice.workspace, scope="workspace", period="month", limit=100_000)
    set_aside(workspace_id=workspace, reference="edt_1", amount=40_000, spends=Spends())
    capture(reference="edt_1", amount=30_000)
    set_aside(workspace_id=workspace, reference="edt_2", amount=20_000, spends=Spends())
    payment = Payment.objects.create(workspace=alice.workspace, purpose="top_up", amount=10_000, state="succeeded")
    add_credit(
        workspace_id=workspace, amount=10_000, paid=10_000, key="pi_1", kind=TransferKind.TOP_UP, reference=payment.id
    )
    take_back(workspace_id=workspace, amount=4_000, key="re_1", reference=payment.id)
    Payment.objects.filter(id=payment.id).update(refunded=4_000)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_right_books_break_nothing(books):
    assert violations() == []


@pytest.mark.parametrize(
    ("invariant", "statements"), [(invariant, statements) for invariant in BREAKS for statements in BREAKS[invariant]]
)
def test_an_invariant_finds_what_breaks_it(books, invariant: str, statements: list[str]):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    assert invariant in {found.invariant for found in violations()}


def test_every_invariant_has_something_that_breaks_it():
    assert set(BREAKS) == INVARIANTS.keys() - COSTS.keys()  # those have a file of their own
