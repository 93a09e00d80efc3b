"""The books are checked by the clock and by hand, and staff are told of the first row that is wrong."""

from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from billing.facade import INVARIANTS as MONEY
from billing.facade import balance, keep_books
from billing.ledger import grant, hold, take_back
from billing.models import Account, Chore, DailyClose, Hold, Transfer
from billing.services.keep_books import CHORES
from editor import tasks
from editor.invariants import INVARIANTS as ORDERS
from editor.models import Alert
from editor.services.check_books import check_books
from tests.billing.ledger.books import end_hold, end_lot, pay
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.conftest import Person


@pytest.fixture
def wallet(alice: Person) -> str:
    grant(workspace_id=alice.workspace.id, amount=100, key="hundred")
    return alice.workspace.id


def _command(*arguments: str) -> tuple[str, int]:
    out, code = StringIO(), 0
    try:
        call_command("check_books", *arguments, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue(), code


def test_books_that_are_right_say_so(wallet: str):
    printed, code = _command()
    assert code == 0
    assert len(printed.splitlines()) == len({**MONEY, **ORDERS})
    assert {line.split()[0] for line in printed.splitlines()} == {"right"}
    assert not Alert.objects.exists()


def test_the_first_wrong_row_is_printed_and_told_once(wallet: str):
    Account.objects.filter(kind="wallet").update(posted=101)
    printed, code = _command("--quick")
    account = Account.objects.get(kind="wallet").id
    assert code == 1
    assert "  1 wrong  I15 a wallet's lots sum to what it has\n" in printed
    assert f"           {account}, 101, 100\n" in printed
    check_books()
    alert = Alert.objects.get(kind="books_wrong", subject__startswith="I15")
    assert (alert.message, alert.times) == (f"1 rows break it; the first is {account}, 101, 100", 2)


def test_many_wrong_rows_are_not_all_printed(wallet: str, alice: Person):
    for number in range(25):
        hold(workspace_id=wallet, reference=f"edt_{number}", amount=1)
    Hold.objects.update(expires_at=timezone.now() - timedelta(minutes=3))
    assert "           and 5 more\n" in _command()[0]


def test_chores_are_enqueued_when_it_is_time_and_by_one_of_many(db):
    assert keep_books() == list(CHORES)
    assert keep_books() == []
    Chore.objects.filter(name="check_books").update(next_at=timezone.now())
    before = OrmQ.objects.count()
    assert keep_books() == ["check_books"]
    assert OrmQ.objects.count() == before + 1
    assert Chore.objects.get(name="check_books").next_at > timezone.now() + timedelta(minutes=14)


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_enqueue_each_chore_once(alice: Person):
    asked = together([partial(keep_books)] * 6)
    enqueued = [name for names in asked if isinstance(names, list) for name in names]
    assert sorted(enqueued) == sorted(CHORES)
    assert OrmQ.objects.count() == len(CHORES)


def test_what_is_due_is_seen_to_at_once(wallet: str):
    payment = pay(wallet, 50)
    grant(workspace_id=wallet, amount=30, key="promo", expires_at=timezone.now() + timedelta(days=1))
    hold(workspace_id=wallet, reference="edt_1", amount=180)
    take_back(workspace_id=wallet, amount=50, key="re_1", reference=payment.id)
    type(payment).objects.filter(id=payment.id).update(refunded=50)
    end_hold("edt_1")
    end_lot("grant:promo")
    keep_books()
    now = balance(wallet)
    assert (now.available, now.held, now.owed) == (100, 0, 0)
    assert_books_are_right()


def test_the_door_closes_days_and_reads_them_again(wallet: str):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE billing_transfer SET created_at = now() - interval '1 day 15 minutes'")
    tasks.close_books()
    assert DailyClose.objects.get().transfers == Transfer.objects.count() == 1
    assert not Alert.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_transfer SET memo = 'other'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    tasks.close_books()
    assert not Alert.objects.exists()
    tasks.check_books()
    assert Alert.objects.get().message.endswith(
        f"{Transfer.objects.get().id}, was changed, {DailyClose.objects.get().day}"
    )
