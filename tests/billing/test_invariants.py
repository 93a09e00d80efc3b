"""Every invariant finds the very thing it is there to find; what guards against it is taken away first."""

import pytest
from django.db import connection

from billing.facade import capture, hold
from billing.invariants import INVARIANTS, violations
from billing.ledger import grant
from tests.conftest import Person

NO_TRIGGERS = "SET LOCAL session_replication_role = replica"
NEW_TRANSFER = (
    "INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)"
    " VALUES ('trf_odd', '{}', '{}', '', '', '', now())"
)
BREAKS = {
    "I1 each transfer has two or more entries, which sum to zero": [
        [NO_TRIGGERS, NEW_TRANSFER.format("odd", "grant")],
        [NO_TRIGGERS, "UPDATE billing_entry SET amount = amount + 1 WHERE amount > 0"],
        [NO_TRIGGERS, "DELETE FROM billing_entry WHERE amount > 0"],
    ],
    "I2 a wallet has what its entries sum to, and has spent what was captured": [
        ["UPDATE billing_account SET posted = posted + 1 WHERE kind = 'wallet'"],
        ["UPDATE billing_account SET spent = spent + 1 WHERE kind = 'wallet'"],
        [NO_TRIGGERS, "UPDATE billing_transfer SET kind = 'grant'"],
    ],
    "I2 only wallets carry totals": [
        [
            "ALTER TABLE billing_account DROP CONSTRAINT account_totals_on_wallets_only",
            "UPDATE billing_account SET posted = 1 WHERE kind = 'revenue'",
        ],
    ],
    "I3 an account has on hold what its open holds sum to": [
        ["UPDATE billing_account SET held = held - 1 WHERE kind = 'wallet'"],
        ["UPDATE billing_hold SET state = 'released', closed_at = now() WHERE state = 'held'"],
    ],
    "I4 no wallet has less than nothing, or less than it has on hold": [
        [
            "ALTER TABLE billing_account DROP CONSTRAINT account_wallet_covers_holds",
            "UPDATE billing_account SET held = posted + 1 WHERE kind = 'wallet'",
        ],
    ],
    "I5 a hold takes no more than was set aside, and something exactly when it was captured": [
        [
            "ALTER TABLE billing_hold DROP CONSTRAINT hold_capture_within",
            "UPDATE billing_hold SET captured = amount + 1 WHERE state = 'captured'",
        ],
        [
            "ALTER TABLE billing_hold DROP CONSTRAINT hold_captured_when_captured",
            "UPDATE billing_hold SET captured = 0 WHERE state = 'captured'",
        ],
    ],
    "I9 a key stands for one movement": [
        [
            "ALTER TABLE billing_transfer DROP CONSTRAINT transfer_key_once",
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
}


@pytest.fixture
def books(alice: Person):
    """Books with a grant, a capture and an open hold, on which every deferred check has been made."""
    grant(workspace_id=alice.workspace.id, amount=100_000, key="ten cents")
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=40_000)
    capture(reference="edt_1", amount=30_000)
    hold(workspace_id=alice.workspace.id, reference="edt_2", amount=20_000)
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
    assert set(BREAKS) == set(INVARIANTS)
