"""Lots: credit is used in one order, and what is left of a lot ends with its time."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from billing.facade import balance, capture, release
from billing.ledger import add_credit, expire_lot, grant, hold, overdue_lots
from billing.models import Account, Entry, Lot, Transfer, TransferKind
from tests.billing.ledger.books import end_lot, left, pay, spend
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.conftest import Person

SOON, LATER = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=30)


@pytest.fixture
def wallet(alice: Person) -> str:
    return alice.workspace.id


def test_credit_is_used_by_priority_then_given_before_paid_then_what_ends_soonest_then_the_oldest(wallet: str):
    pay(wallet, 10)
    add_credit(workspace_id=wallet, amount=10, key="month", kind=TransferKind.PLAN, expires_at=LATER)
    grant(workspace_id=wallet, amount=10, key="for ever")
    grant(workspace_id=wallet, amount=10, key="later", expires_at=LATER)
    grant(workspace_id=wallet, amount=10, key="soon", expires_at=SOON)
    grant(workspace_id=wallet, amount=10, key="last", priority=1)
    grant(workspace_id=wallet, amount=10, key="first", priority=-1)
    grant(workspace_id=wallet, amount=10, key="for ever too")
    used = []
    for number in range(8):
        before = left(wallet)
        spend(wallet, 10, f"edt_{number}")
        used += [key.split(":")[1] for key, rest in left(wallet).items() if rest != before[key]]
    assert used == ["first", "soon", "later", "for ever", "for ever too", "month", "pi_1", "last"]
    assert_books_are_right()


def test_a_capture_uses_as_many_lots_as_it_needs_and_a_lot_that_is_empty_is_closed(wallet: str):
    for key in ("one", "two", "three"):
        grant(workspace_id=wallet, amount=10, key=key)
    spend(wallet, 15)
    assert left(wallet) == {"grant:one": 0, "grant:two": 5, "grant:three": 10}
    assert list(Lot.objects.filter(used_up_at=None).values_list("transfer__key", flat=True).order_by("id")) == [
        "grant:two",
        "grant:three",
    ]
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_captures_at_once_on_one_wallet_use_each_lot_once(alice: Person):
    wallet = alice.workspace.id
    for number in range(20):
        grant(workspace_id=wallet, amount=7, key=str(number))
    for number in range(14):
        hold(workspace_id=wallet, reference=f"edt_{number}", amount=10)
    together([partial(capture, reference=f"edt_{number}", amount=10) for number in range(14)])
    assert set(left(wallet).values()) == {0}
    assert balance(wallet).spent == 140
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_control_one_statement_would_choose_lots_before_it_waits_for_the_wallet(alice: Person):
    """What `billing_capture` is a function for: in a single statement the lots are chosen among as they were before."""
    wallet = alice.workspace.id
    for number in range(20):
        grant(workspace_id=wallet, amount=7, key=str(number))

    def capture_in_one_statement(amount: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """
                WITH wallet AS (
                    UPDATE billing_account SET posted = posted - %(amount)s, spent = spent + %(amount)s
                    WHERE kind = 'wallet' RETURNING id, pg_sleep(0.01)
                ), lots AS (
                    SELECT lot.id, lot.remaining, sum(lot.remaining) OVER (ORDER BY lot.id) - lot.remaining AS earlier
                    FROM billing_lot lot JOIN wallet ON lot.account_id = wallet.id
                )
                UPDATE billing_lot lot SET remaining = lot.remaining - least(lot.remaining, %(amount)s - lots.earlier)
                FROM lots WHERE lot.id = lots.id AND lots.earlier < %(amount)s
                """,
                {"amount": amount},
            )

    outcomes = together([partial(capture_in_one_statement, 5)] * 10)
    rest = sum(Lot.objects.values_list("remaining", flat=True))
    failed = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError)]
    assert failed or rest != Account.objects.get(kind="wallet").posted  # though there is credit for all ten


def test_what_is_left_of_a_lot_ends_with_its_time_a_gift_goes_back(wallet: str):
    pay(wallet, 100)
    grant(workspace_id=wallet, amount=50, key="promo", expires_at=SOON)
    spend(wallet, 20)
    lot = end_lot("grant:promo")
    assert overdue_lots(10) == [lot]
    assert (expire_lot(lot_id=lot), expire_lot(lot_id=lot)) == (30, 0)
    assert overdue_lots(10) == []
    assert balance(wallet).available == 100
    assert set(Entry.objects.filter(transfer__kind="expiry").values_list("account__kind", "amount")) == {
        ("wallet", -30),
        ("funding", 30),
    }
    assert_books_are_right()


def test_paid_credit_that_ends_is_earned(wallet: str):
    add_credit(workspace_id=wallet, amount=50, key="month", kind=TransferKind.PLAN, expires_at=SOON)
    expire_lot(lot_id=end_lot("plan:month"))
    assert Entry.objects.get(transfer__kind="expiry", amount__gt=0).account.kind == "revenue"
    assert_books_are_right()


def test_a_lot_whose_time_is_not_over_stays(wallet: str):
    grant(workspace_id=wallet, amount=50, key="promo", expires_at=SOON)
    assert expire_lot(lot_id=Lot.objects.get().id) == 0
    assert balance(wallet).available == 50


def test_a_lot_that_ends_while_all_of_it_is_on_hold_stays_and_nothing_is_written(wallet: str):
    grant(workspace_id=wallet, amount=10, key="gift")
    hold(workspace_id=wallet, reference="edt_1", amount=10)
    before = Transfer.objects.count()
    assert expire_lot(lot_id=end_lot("grant:gift")) == 0
    assert (Transfer.objects.count(), left(wallet)) == (before, {"grant:gift": 10})


def test_a_lot_that_ends_while_an_edit_runs_leaves_what_the_hold_may_need(wallet: str):
    grant(workspace_id=wallet, amount=100, key="promo", expires_at=SOON)
    hold(workspace_id=wallet, reference="edt_1", amount=60)
    lot = end_lot("grant:promo")
    assert expire_lot(lot_id=lot) == 40
    assert expire_lot(lot_id=lot) == 0
    assert left(wallet) == {"grant:promo": 60}
    capture(reference="edt_1", amount=25)
    assert expire_lot(lot_id=lot) == 35
    assert (balance(wallet).available, balance(wallet).spent) == (0, 25)
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_a_lot_that_ends_while_holds_are_made_and_closed_is_exact(alice: Person):
    wallet = alice.workspace.id
    grant(workspace_id=wallet, amount=100, key="promo", expires_at=SOON)
    for number in range(8):
        hold(workspace_id=wallet, reference=f"edt_{number}", amount=10)
    lot = end_lot("grant:promo")
    closing = [partial(capture, reference=f"edt_{number}", amount=9) for number in range(4)]
    closing += [partial(release, reference=f"edt_{number}") for number in range(4, 8)]
    together([*closing, *[partial(expire_lot, lot_id=lot)] * 4])
    expire_lot(lot_id=lot)
    assert (balance(wallet).available, balance(wallet).held, balance(wallet).spent) == (0, 0, 36)
    assert_books_are_right()


def test_a_wallet_whose_lots_do_not_cover_a_capture_is_not_captured_from(wallet: str):
    grant(workspace_id=wallet, amount=100, key="ten")
    hold(workspace_id=wallet, reference="edt_1", amount=60)
    Lot.objects.update(remaining=40)
    with pytest.raises(IntegrityError, match=r"the lots of \w+ had 40 of 60"), transaction.atomic():
        capture(reference="edt_1", amount=60)
    assert (balance(wallet).held, balance(wallet).spent) == (60, 0)
