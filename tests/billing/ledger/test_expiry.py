"""Holds that nobody closes end by themselves; against a capture exactly one of both wins."""

from functools import partial

import pytest

from billing.errors import HoldClosed, HoldExpired
from billing.facade import Closed, balance, capture, release
from billing.ledger import expire_hold, grant, hold, overdue_holds
from billing.models import Hold, Transfer
from tests.billing.ledger.books import end_hold
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.conftest import Person


@pytest.fixture
def wallet(alice: Person) -> str:
    grant(workspace_id=alice.workspace.id, amount=1_000, key="thousand")
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=600, budgets=["bup_1"])
    return alice.workspace.id


def test_a_hold_whose_time_is_not_over_stays(wallet: str):
    assert overdue_holds(10) == []
    assert expire_hold(reference="edt_1") is None
    assert balance(wallet).held == 600


def test_a_hold_whose_time_is_over_is_given_back_once(wallet: str):
    end_hold("edt_1")
    assert overdue_holds(10) == ["edt_1"]
    assert expire_hold(reference="edt_1") == Closed(amount=600, captured=0, budgets=("bup_1",))
    assert expire_hold(reference="edt_1") is None
    assert (balance(wallet).available, balance(wallet).held) == (1_000, 0)
    assert Hold.objects.get().state == "expired"
    assert_books_are_right()


def test_after_it_ran_out_nothing_can_be_taken_of_it_and_a_release_changes_nothing(wallet: str):
    end_hold("edt_1")
    expire_hold(reference="edt_1")
    with pytest.raises(HoldExpired, match="The hold for edt_1 had run out"):
        capture(reference="edt_1", amount=600)
    assert release(reference="edt_1") is None
    assert balance(wallet).available == 1_000
    assert not Transfer.objects.filter(kind="capture").exists()


def test_until_somebody_sweeps_a_capture_still_wins(wallet: str):
    end_hold("edt_1")
    assert capture(reference="edt_1", amount=500) == Closed(amount=600, captured=500, budgets=("bup_1",))
    assert expire_hold(reference="edt_1") is None
    assert balance(wallet).available == 500


@pytest.mark.django_db(transaction=True)
def test_expiry_and_capture_at_the_same_instant_close_a_hold_once(alice: Person):
    grant(workspace_id=alice.workspace.id, amount=1_000, key="thousand")
    edits = [f"edt_{number}" for number in range(20)]
    for edit in edits:
        hold(workspace_id=alice.workspace.id, reference=edit, amount=50)
        end_hold(edit)
    for edit in edits:
        captured, expired = together(
            [partial(capture, reference=edit, amount=50), partial(expire_hold, reference=edit)]
        )
        if Hold.objects.get(reference=edit).state == "captured":
            assert (captured, expired) == (Closed(amount=50, captured=50, budgets=()), None)
        else:
            assert isinstance(captured, HoldExpired)
            assert expired == Closed(amount=50, captured=0, budgets=())
    taken = Hold.objects.filter(state="captured").count()
    assert (balance(alice.workspace.id).spent, balance(alice.workspace.id).held) == (50 * taken, 0)
    assert_books_are_right()


def test_what_ran_out_counts_as_closed(wallet: str):
    assert issubclass(HoldExpired, HoldClosed)
