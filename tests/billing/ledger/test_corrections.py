"""Corrections: the same entries the other way round, with a reason, and above a limit by two people."""

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import InvalidInput
from accounts.models import AuditEvent
from billing.errors import InsufficientCredit, NotCorrectable
from billing.facade import Balance, balance, release
from billing.ledger import collect, expire_lot, grant, hold, refund, reverse, take_back
from billing.models import Correction, Entry, Hold, Payment, Transfer
from billing.services.ask_correction import ask_correction
from billing.services.decide_correction import approve_correction, refuse_correction
from billing.services.refund_charge import refund_charge
from tests.billing.ledger.books import ago, end_lot, left, pay, spend
from tests.books import assert_books_are_right
from tests.conftest import Person, make_user

DOLLAR = 1_000_000


@pytest.fixture
def wallet(alice: Person) -> str:
    grant(workspace_id=alice.workspace.id, amount=100 * DOLLAR, key="start")
    return alice.workspace.id


@pytest.fixture
def staff(db: None):
    return make_user("carol", is_staff=True)


@pytest.fixture
def second(db: None):
    return make_user("dan", is_staff=True)


def _id(key: str) -> str:
    return Transfer.objects.get(key=key).id


def _balance(wallet: str) -> tuple[int, int]:
    now = balance(wallet)
    return now.available // DOLLAR, now.spent // DOLLAR


def test_a_small_mistake_is_corrected_at_once_with_its_reason(wallet: str, staff):
    grant(workspace_id=wallet, amount=20 * DOLLAR, key="typo")
    asked = ask_correction(transfer_id=_id("grant:typo"), reason=" meant for another ", asked_by=staff)
    assert asked.booked is not None
    assert (asked.booked.kind, asked.booked.memo) == ("correction", f"{asked.id}: meant for another")
    assert dict(asked.booked.entries.values_list("account__kind", "amount")) == {
        "wallet": -20 * DOLLAR,
        "funding": 20 * DOLLAR,
    }
    assert left(wallet) == {"grant:start": 100 * DOLLAR, "grant:typo": 0}
    event = AuditEvent.objects.get(action="credit.corrected")
    assert (event.workspace_id, event.staff_id, event.note) == (wallet, staff.id, "meant for another")
    assert event.after["amount"] == "-20.000000"
    assert_books_are_right()


def test_a_large_one_waits_for_a_second_person_who_is_not_the_first(wallet: str, staff, second):
    asked = ask_correction(transfer_id=_id("grant:start"), reason="twice", asked_by=staff)
    assert (asked.booked, _balance(wallet)) == (None, (100, 0))
    with pytest.raises(NotCorrectable, match="cannot be its second person"):
        approve_correction(correction_id=asked.id, approved_by=staff)
    with pytest.raises(IntegrityError, match="correction_by_two_people"), transaction.atomic():
        Correction.objects.update(approved_by=staff)
    assert _balance(wallet) == (100, 0)
    assert approve_correction(correction_id=asked.id, approved_by=second).booked is not None
    assert _balance(wallet) == (0, 0)
    for decide in (
        lambda: approve_correction(correction_id=asked.id, approved_by=second),
        lambda: refuse_correction(correction_id=asked.id, refused_by=staff),
    ):
        with pytest.raises(NotCorrectable, match="was booked already"):
            decide()
    assert_books_are_right()


def test_a_refused_one_books_nothing_and_may_be_asked_for_again(wallet: str, staff, second):
    asked = ask_correction(transfer_id=_id("grant:start"), reason="twice", asked_by=staff)
    with pytest.raises(NotCorrectable, match="was asked for before"):
        ask_correction(transfer_id=_id("grant:start"), reason="again", asked_by=second)
    assert refuse_correction(correction_id=asked.id, refused_by=second).refused_at is not None
    with pytest.raises(NotCorrectable, match="was refused already"):
        approve_correction(correction_id=asked.id, approved_by=second)
    again = ask_correction(transfer_id=_id("grant:start"), reason="again", asked_by=second)
    approve_correction(correction_id=again.id, approved_by=staff)
    assert _balance(wallet) == (0, 0)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_correction_has_a_reason(wallet: str, staff, reason: str):
    with pytest.raises(InvalidInput, match="Say why, in 1 to 500 characters"):
        ask_correction(transfer_id=_id("grant:start"), reason=reason, asked_by=staff)
    assert not Correction.objects.exists()


def test_credit_that_was_spent_or_is_on_hold_cannot_be_taken_back_by_a_correction(wallet: str, staff, second):
    spend(wallet, 30 * DOLLAR)
    hold(workspace_id=wallet, reference="edt_2", amount=30 * DOLLAR)
    asked = ask_correction(transfer_id=_id("grant:start"), reason="twice", asked_by=staff)
    with pytest.raises(InsufficientCredit):
        approve_correction(correction_id=asked.id, approved_by=second)
    assert Correction.objects.get().approved_by is None
    assert _balance(wallet) == (40, 30)
    assert not Transfer.objects.filter(kind="correction").exists()
    assert_books_are_right()


def test_a_charge_is_corrected_as_if_it_had_not_been(wallet: str, staff):
    spend(wallet, 30 * DOLLAR)
    ask_correction(transfer_id=_id("capture:edt_1"), reason="the picture was black", asked_by=staff)
    assert _balance(wallet) == (100, 0)
    assert Hold.objects.get().refunded == 30 * DOLLAR
    assert_books_are_right()


def test_a_charge_of_which_part_was_given_back_is_not_corrected(wallet: str, staff):
    spend(wallet, 30 * DOLLAR)
    refund_charge(edit="edt_1", amount=DOLLAR, key="sorry", reason="late", by=staff)
    with pytest.raises(NotCorrectable, match="part has been given back already"):
        ask_correction(transfer_id=_id("capture:edt_1"), reason="the picture was black", asked_by=staff)
    assert _balance(wallet) == (71, 29)
    assert not Correction.objects.exists()


def test_a_refund_by_mistake_is_taken_again(wallet: str, staff):
    spend(wallet, 30 * DOLLAR)
    assert refund_charge(edit="edt_1", amount=30 * DOLLAR, key="sorry", reason="late", by=staff) is True
    assert refund_charge(edit="edt_1", amount=30 * DOLLAR, key="sorry", reason="late", by=staff) is False
    assert AuditEvent.objects.get(action="credit.refunded").after == {"amount": "30.000000"}
    ask_correction(transfer_id=_id("refund:sorry"), reason="the wrong edit", asked_by=staff)
    assert _balance(wallet) == (70, 30)
    assert Hold.objects.get().refunded == 0
    assert_books_are_right()


def test_a_refund_that_paid_a_debt_is_owed_again_when_it_was_a_mistake(wallet: str):
    payment = pay(wallet, 10 * DOLLAR)
    spend(wallet, 110 * DOLLAR)
    Payment.objects.filter(id=payment.id).update(refunded=10 * DOLLAR)
    take_back(workspace_id=wallet, amount=10 * DOLLAR, key="re_1", reference=payment.id)
    refund(reference="edt_1", amount=15 * DOLLAR, key="sorry")
    assert (balance(wallet).owed, _balance(wallet)) == (0, (5, 95))
    reverse(transfer_id=_id("refund:sorry"), memo="the wrong edit")
    assert (balance(wallet).owed, _balance(wallet)) == (10 * DOLLAR, (0, 110))
    assert_books_are_right()


def test_credit_that_expired_by_mistake_comes_back(wallet: str):
    grant(workspace_id=wallet, amount=5 * DOLLAR, key="promo", expires_at=ago(seconds=1))
    expire_lot(lot_id=end_lot("grant:promo"))
    expiry = Transfer.objects.get(kind="expiry")
    assert reverse(transfer_id=expiry.id, memo="too early") == reverse(transfer_id=expiry.id, memo="too early")
    assert _balance(wallet) == (105, 0)
    assert_books_are_right()


def test_amounts_above_32_bits_are_moved_whole(wallet: str):
    payment = pay(wallet, 5_000 * DOLLAR)
    spend(wallet, 4_000 * DOLLAR)
    refund(reference="edt_1", amount=3_000 * DOLLAR, key="sorry")
    reverse(transfer_id=_id("refund:sorry"), memo="no")
    reverse(transfer_id=_id("capture:edt_1"), memo="yes")
    Payment.objects.filter(id=payment.id).update(refunded=5_000 * DOLLAR)
    hold(workspace_id=wallet, reference="edt_2", amount=2_500 * DOLLAR)
    take_back(workspace_id=wallet, amount=5_000 * DOLLAR, key="re_1", reference=payment.id)
    assert balance(wallet) == Balance(available=0, held=2_500 * DOLLAR, spent=0, owed=2_400 * DOLLAR)
    release(reference="edt_2")
    collect(workspace_id=wallet)
    grant(workspace_id=wallet, amount=4_000 * DOLLAR, key="promo", expires_at=ago(seconds=1))
    expire_lot(lot_id=end_lot("grant:promo"))
    assert balance(wallet) == Balance(available=100 * DOLLAR, held=0, spent=0)
    assert_books_are_right()


def test_what_is_put_right_elsewhere_is_not_corrected_here(wallet: str, staff):
    pay(wallet, DOLLAR)
    with pytest.raises(NotCorrectable, match="a payment is put right at Stripe"):
        ask_correction(transfer_id=_id("top_up:pi_1"), reason="wrong", asked_by=staff)
    with pytest.raises(NotCorrectable, match="There is no movement trf_none"):
        ask_correction(transfer_id="trf_none", reason="wrong", asked_by=staff)
    with pytest.raises(NotCorrectable, match="There is no correction cor_none"):
        refuse_correction(correction_id="cor_none", refused_by=staff)
    assert Entry.objects.count() == 4
