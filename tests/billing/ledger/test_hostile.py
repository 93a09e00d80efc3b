"""What tries to make the books wrong from outside: the web's own role, a session that dies, a second press."""

from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import wall
from billing.facade import Closed, balance, capture, release
from billing.ledger import grant, hold
from billing.models import Entry, Hold, Transfer
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.conftest import Person
from tests.walls.as_web import begin, end


@pytest.fixture
def wallet(alice: Person) -> str:
    grant(workspace_id=alice.workspace.id, amount=1_000, key="thousand")
    return alice.workspace.id


@pytest.fixture
def web(wallet: str):
    """From here on the test works as the web does for this workspace."""
    begin()
    wall.open_to(wallet)
    yield
    wall.shut()
    end()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_entry SET amount = 2 * amount",
        "DELETE FROM billing_entry",
        "TRUNCATE billing_entry",
        "UPDATE billing_transfer SET memo = 'x'",
        "SET session_replication_role = replica",
        "ALTER TABLE billing_entry DISABLE TRIGGER ALL",
    ],
)
def test_the_webs_role_cannot_change_what_was_booked(web, statement: str):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert sorted(Entry.objects.values_list("amount", flat=True)) == [-1_000, 1_000]


def test_the_webs_role_holds_captures_and_releases(web, wallet: str):
    for edit in ("edt_1", "edt_2"):
        assert hold(workspace_id=wallet, reference=edit, amount=100) is not None
    assert capture(reference="edt_1", amount=70) == Closed(amount=100, captured=70, budgets=())
    assert release(reference="edt_2") is not None
    assert (balance(wallet).available, balance(wallet).spent) == (930, 70)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _die() -> None:
    """Have the server end this thread's session in the middle of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
def test_a_session_that_dies_between_the_entries_of_a_transfer_leaves_none(alice: Person):
    grant(workspace_id=alice.workspace.id, amount=1_000, key="thousand")

    def half() -> None:
        with transaction.atomic():
            transfer = Transfer.objects.create(key="half", kind="grant")
            Entry.objects.create(transfer=transfer, account=Entry.objects.earliest("id").account, amount=5)
            _die()

    (error,) = together([half])
    assert isinstance(error, DatabaseError)
    assert Transfer.objects.count() == 1
    assert Entry.objects.count() == 2
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_a_session_that_dies_after_the_hold_leaves_no_hold(alice: Person):
    grant(workspace_id=alice.workspace.id, amount=1_000, key="thousand")

    def order() -> None:
        with transaction.atomic():
            hold(workspace_id=alice.workspace.id, reference="edt_1", amount=100)
            _die()

    (error,) = together([order])
    assert isinstance(error, DatabaseError)
    assert not Hold.objects.exists()
    assert balance(alice.workspace.id).held == 0


@pytest.mark.django_db(transaction=True)
def test_credit_given_twice_by_a_second_press_of_the_button_is_given_once(alice: Person):
    press = partial(grant, workspace_id=alice.workspace.id, amount=500, key="the form's key", memo="welcome")
    pressed = together([press] * 2)
    assert (pressed.count(True), pressed.count(False)) == (1, 1)
    assert balance(alice.workspace.id).available == 500
