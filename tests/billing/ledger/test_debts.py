"""Refunds, disputes and what they leave to be paid: in any order, any number of times, the sum is the same."""

from itertools import permutations
from typing import Any

import pytest

from billing.errors import InsufficientCredit, MovementConflict, Owes, RefundAboveCharge, UnknownHold
from billing.facade import balance, capture, release
from billing.ledger import TakenBack, add_credit, collect, debtors, grant, hold, refund, take_back
from billing.models import Account, Entry, Hold, Lot, Payment, Transfer, TransferKind
from tests.billing.ledger.books import ago, left, pay, spend
from tests.books import assert_books_are_right
from tests.conftest import Person


@pytest.fixture
def wallet(alice: Person) -> str:
    return alice.workspace.id


def _entries(kind: str) -> dict[str, int]:
    return dict(Entry.objects.filter(transfer__kind=kind).values_list("account__kind", "amount"))


def test_a_payment_that_is_refunded_takes_its_own_credit_first(wallet: str):
    pay(wallet, 100, "pi_1")
    payment = pay(wallet, 100, "pi_2")
    grant(workspace_id=wallet, amount=100, key="gift")
    Payment.objects.filter(id=payment.id).update(refunded=70)
    assert take_back(workspace_id=wallet, amount=70, key="re_1", reference=payment.id) == TakenBack(taken=70, owed=0)
    assert left(wallet) == {"top_up:pi_1": 100, "top_up:pi_2": 30, "grant:gift": 100}
    assert _entries("take_back") == {"wallet": -70, "payments": 70}
    assert_books_are_right()


def test_a_refund_of_one_cent_takes_ten_thousand(wallet: str):
    payment = pay(wallet, 25_000_000)
    Payment.objects.filter(id=payment.id).update(refunded=10_000)
    take_back(workspace_id=wallet, amount=10_000, key="re_1", reference=payment.id)
    assert balance(wallet).available == 24_990_000
    assert_books_are_right()


def test_a_dispute_after_all_credit_was_spent_is_owed_and_nothing_new_is_held(wallet: str):
    payment = pay(wallet, 100)
    spend(wallet, 100)
    Payment.objects.filter(id=payment.id).update(disputed=100)
    assert take_back(workspace_id=wallet, amount=100, key="dp_1", reference=payment.id) == TakenBack(taken=0, owed=100)
    assert (balance(wallet).available, balance(wallet).owed) == (0, 100)
    assert _entries("take_back") == {"receivable": -100, "payments": 100}
    with pytest.raises(Owes, match=r"owes \$0\.000100") as refusal:
        hold(workspace_id=wallet, reference="edt_2", amount=1)
    assert refusal.value.owed == 100
    assert not Hold.objects.filter(reference="edt_2").exists()
    assert_books_are_right()


def test_later_credit_pays_what_is_owed_first(wallet: str):
    payment = pay(wallet, 100)
    spend(wallet, 100)
    Payment.objects.filter(id=payment.id).update(disputed=100)
    take_back(workspace_id=wallet, amount=100, key="dp_1", reference=payment.id)
    grant(workspace_id=wallet, amount=30, key="some")
    assert (balance(wallet).available, balance(wallet).owed) == (0, 70)
    assert "grant:some" not in left(wallet)
    pay(wallet, 90, "pi_2")
    assert (balance(wallet).available, balance(wallet).owed) == (20, 0)
    assert left(wallet)["top_up:pi_2"] == 20
    assert hold(workspace_id=wallet, reference="edt_2", amount=20)
    assert_books_are_right()


def test_what_comes_back_from_a_hold_pays_what_is_owed(wallet: str):
    payment = pay(wallet, 100)
    hold(workspace_id=wallet, reference="edt_1", amount=80)
    Payment.objects.filter(id=payment.id).update(refunded=100)
    assert take_back(workspace_id=wallet, amount=100, key="re_1", reference=payment.id) == TakenBack(taken=20, owed=80)
    assert (debtors(10), collect(workspace_id=wallet)) == ([], 0)
    capture(reference="edt_1", amount=30)
    assert (debtors(10), collect(workspace_id=wallet), collect(workspace_id=wallet)) == ([wallet], 50, 0)
    assert (balance(wallet).available, balance(wallet).owed) == (0, 30)
    assert_books_are_right()


def test_a_dispute_that_was_won_gives_the_credit_back(wallet: str):
    payment = pay(wallet, 100)
    spend(wallet, 60)
    take_back(workspace_id=wallet, amount=100, key="dp_1", reference=payment.id)
    add_credit(workspace_id=wallet, amount=100, paid=100, key="dp_1", kind=TransferKind.REINSTATE, reference=payment.id)
    assert (balance(wallet).available, balance(wallet).owed) == (40, 0)
    assert_books_are_right()


def test_a_payment_its_refund_and_a_dispute_that_was_won_in_any_order_and_number_come_to_the_same(alice, mallory):
    wallet = alice.workspace.id
    for number, order in enumerate(permutations(("pay", "refund", "dispute", "won"))):
        payment = Payment.objects.create(
            workspace_id=wallet, purpose="top_up", amount=100, state="succeeded", refunded=30, intent=f"pi_{number}"
        )
        same = {"workspace_id": wallet, "reference": payment.id}
        events = {
            "pay": lambda same=same, key=f"pi_{number}": add_credit(
                amount=100, paid=100, key=key, kind=TransferKind.TOP_UP, **same
            ),
            "refund": lambda same=same, key=f"re_{number}": take_back(amount=30, key=key, **same),
            "dispute": lambda same=same, key=f"dp_{number}": take_back(amount=70, key=key, **same),
            "won": lambda same=same, key=f"dp_{number}": add_credit(
                amount=70, paid=70, key=key, kind=TransferKind.REINSTATE, **same
            ),
        }
        before = balance(wallet)
        for name in (*order, *reversed(order)):
            events[name]()
        after = balance(wallet)
        assert (after.available - after.owed) - (before.available - before.owed) == 70, order
        assert after.owed == 0, order
    assert Transfer.objects.count() == 24 * 4
    assert_books_are_right()


def test_the_same_key_for_another_amount_or_payment_is_a_conflict(wallet: str):
    payment = pay(wallet, 100)
    take_back(workspace_id=wallet, amount=10, key="re_1", reference=payment.id)
    same: dict[str, Any] = {"workspace_id": wallet, "amount": 10, "key": "re_1", "reference": payment.id}
    for other in ({"amount": 11}, {"reference": "pay_other"}):
        with pytest.raises(MovementConflict, match="take_back:re_1 was booked before, for something else"):
            take_back(**{**same, **other})
    assert balance(wallet).available == 90


def test_a_take_back_without_a_payment_of_ours_takes_what_would_be_used_last(wallet: str):
    grant(workspace_id=wallet, amount=10, key="gift")
    pay(wallet, 10)
    take_back(workspace_id=wallet, amount=15, key="odd")
    assert left(wallet) == {"grant:gift": 5, "top_up:pi_1": 0}


def test_a_take_back_takes_the_payments_own_lot_before_what_would_be_used_last(wallet: str):
    first, _ = pay(wallet, 10), pay(wallet, 10, "pi_2")
    take_back(workspace_id=wallet, amount=8, key="re_1", reference=first.id)
    assert left(wallet) == {"top_up:pi_1": 2, "top_up:pi_2": 10}


def test_a_take_back_takes_what_never_ends_before_what_does(wallet: str):
    for name in ("pi_1", "pi_2"):
        pay(wallet, 10, name)
    Lot.objects.filter(transfer__key="top_up:pi_1").update(expires_at=ago(days=-30))
    take_back(workspace_id=wallet, amount=15, key="odd")
    assert left(wallet) == {"top_up:pi_1": 5, "top_up:pi_2": 0}


def test_a_charge_given_back_is_a_lot_of_its_own_and_counts_as_not_spent(wallet: str):
    grant(workspace_id=wallet, amount=100, key="hundred")
    spend(wallet, 80)
    assert refund(reference="edt_1", amount=50, key="sorry") is True
    assert refund(reference="edt_1", amount=50, key="sorry") is False
    assert (balance(wallet).available, balance(wallet).spent) == (70, 30)
    assert left(wallet) == {"grant:hundred": 20, "refund:sorry": 50}
    assert Lot.objects.get(transfer__key="refund:sorry").priority == 0
    assert _entries("refund") == {"wallet": 50, "revenue": -50}
    with pytest.raises(RefundAboveCharge, match=r"0\.000031 is more than what is left .* edt_1, 0\.000030"):
        refund(reference="edt_1", amount=31, key="more")
    assert Transfer.objects.filter(kind="refund").count() == 1
    assert_books_are_right()


def test_what_was_not_charged_cannot_be_given_back(wallet: str):
    grant(workspace_id=wallet, amount=100, key="hundred")
    hold(workspace_id=wallet, reference="edt_1", amount=80)
    release(reference="edt_1")
    with pytest.raises(UnknownHold, match="Nothing was charged for edt_1"):
        refund(reference="edt_1", amount=1, key="sorry")
    assert not Transfer.objects.filter(kind="refund").exists()


def test_a_charge_given_back_pays_what_is_owed_first(wallet: str):
    payment = pay(wallet, 100)
    spend(wallet, 100)
    Payment.objects.filter(id=payment.id).update(refunded=60)
    take_back(workspace_id=wallet, amount=60, key="re_1", reference=payment.id)
    refund(reference="edt_1", amount=80, key="sorry")
    assert (balance(wallet).available, balance(wallet).owed, balance(wallet).spent) == (20, 0, 20)
    assert_books_are_right()


def test_a_plan_costs_less_or_more_than_its_credit(wallet: str):
    for key, paid, sides in (
        ("gift", 80, {"wallet": 100, "payments": -80, "funding": -20}),
        ("fee", 120, {"wallet": 100, "payments": -120, "revenue": 20}),
    ):
        add_credit(workspace_id=wallet, amount=100, paid=paid, key=key, kind=TransferKind.PLAN)
        booked = Entry.objects.filter(transfer__key=f"plan:{key}").values_list("account__kind", "amount")
        assert dict(booked) == sides
    assert left(wallet) == {"plan:gift": 100, "plan:fee": 100}
    with pytest.raises(ValueError, match="what was paid is at least 0"):
        add_credit(workspace_id=wallet, amount=100, paid=-1, key="odd", kind=TransferKind.PLAN)


def test_credit_below_zero_is_impossible_even_then(wallet: str):
    pay(wallet, 100)
    with pytest.raises(InsufficientCredit):
        hold(workspace_id=wallet, reference="edt_1", amount=101)
    take_back(workspace_id=wallet, amount=300, key="odd")
    assert [(one.posted, one.owed) for one in Account.objects.filter(kind="wallet")] == [(0, 200)]
