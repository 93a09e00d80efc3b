"""Money under fire: sessions are killed while it moves, and every movement happened once or not at all."""

import os

import pytest

from accounts.models import Workspace
from billing.invariants import INVARIANTS as MONEY
from billing.invariants import violations
from billing.ledger import grant
from editor.invariants import INVARIANTS as ORDERS
from tests.billing.proof.bank import Bank, happened

SEED = int(os.environ.get("BANK_SEED", "0"))


def _bank(seconds: float) -> None:
    workspaces = [Workspace.objects.create(name=f"wallet {number}").id for number in range(4)]
    for workspace in workspaces:
        grant(workspace_id=workspace, amount=2_000, key=workspace)
    log = Bank(workspaces, seconds=seconds, seed=SEED).run()
    for kind, key in log.ok:
        if kind not in {"expire", "capture", "release"}:  # those may say that another had closed it already
            assert happened(kind, key) == 1, (kind, key)
    assert {happened(kind, key) for kind, key in log.unclear} <= {0, 1}
    assert log.killed > 0
    assert log.looks > 0
    assert len(log.ok) > 100
    rules = {name: rule for name, rule in {**MONEY, **ORDERS}.items() if not name.startswith("I11")}  # no payments here
    assert violations(rules) == []


@pytest.mark.django_db(transaction=True)
def test_a_bank_whose_sessions_are_killed_keeps_its_sums_for_seconds():
    _bank(4)


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_a_bank_whose_sessions_are_killed_keeps_its_sums_for_a_minute():
    _bank(60)
