"""Money as it moves: every amount exact, every refusal without a trace."""

from typing import Any

import pytest

from billing.errors import CaptureAboveHold, HoldClosed, InsufficientCredit, MovementConflict, UnknownHold
from billing.facade import Balance, balance, capture, record_cost, release
from billing.ledger import book_cost, grant, hold
from billing.models import Account, Entry, Hold, Transfer
from billing.money import LARGEST
from tests.billing.costs.rows import facts
from tests.books import assert_books_are_right
from tests.conftest import Person

EDIT = "edt_00000000000000000000000001"
ATTEMPT = "att_00000000000000000000000001"


@pytest.fixture
def wallet(alice: Person):
    """Alice's workspace with ten cents."""
    grant(workspace_id=alice.workspace.id, amount=100_000, key="ten cents")
    return alice.workspace.id


def _entries(key: str) -> dict[tuple[str, str], int]:
    entries = Entry.objects.filter(transfer__key=key)
    return {
        (kind, of): amount for kind, of, amount in entries.values_list("account__kind", "account__provider", "amount")
    }


def test_a_workspace_without_a_wallet_has_nothing(alice: Person):
    assert balance(alice.workspace.id) == Balance(available=0, held=0, spent=0)
    assert not Account.objects.exists()


def test_a_grant_gives_credit_that_comes_from_funding(wallet: str):
    assert balance(wallet) == Balance(available=100_000, held=0, spent=0)
    assert _entries("grant:ten cents") == {("wallet", ""): 100_000, ("funding", ""): -100_000}
    assert_books_are_right()


def test_the_same_grant_twice_gives_once(wallet: str):
    grant(workspace_id=wallet, amount=100_000, key="ten cents")
    assert balance(wallet).available == 100_000
    assert Transfer.objects.count() == 1


def test_a_grant_under_a_used_key_with_another_amount_is_refused(wallet: str):
    with pytest.raises(MovementConflict, match="grant:ten cents was booked before, for something else"):
        grant(workspace_id=wallet, amount=100_001, key="ten cents")
    assert balance(wallet).available == 100_000
    assert_books_are_right()


def test_a_grant_under_a_used_key_to_another_workspace_is_refused(wallet: str, mallory: Person):
    with pytest.raises(MovementConflict):
        grant(workspace_id=mallory.workspace.id, amount=100_000, key="ten cents")
    assert balance(mallory.workspace.id).available == 0
    assert_books_are_right()


@pytest.mark.parametrize("amount", [0, -1, LARGEST + 1])
def test_an_amount_that_is_none_moves_nothing(wallet: str, amount: int):
    hold(workspace_id=wallet, reference=EDIT, amount=1)
    for movement in (
        lambda: grant(workspace_id=wallet, amount=amount, key="other"),
        lambda: hold(workspace_id=wallet, reference="edt_other", amount=amount),
        lambda: capture(reference=EDIT, amount=amount),
        lambda: book_cost(attempt=ATTEMPT, provider="shortapi", amount=amount, certain=True),
    ):
        with pytest.raises(ValueError, match=f"above 0 and at most 9007199254740991 µ\\$, not {amount}"):
            movement()
    assert balance(wallet) == Balance(available=99_999, held=1, spent=0)
    assert Transfer.objects.count() == 1


def test_a_hold_sets_credit_aside_without_spending_it(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    assert balance(wallet) == Balance(available=52_500, held=47_500, spent=0)
    assert Transfer.objects.count() == 1
    assert_books_are_right()


def test_a_hold_is_one_statement(wallet: str, django_assert_num_queries):
    with django_assert_num_queries(1):
        hold(workspace_id=wallet, reference=EDIT, amount=47_500)


def test_a_capture_is_one_statement(wallet: str, django_assert_num_queries):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    with django_assert_num_queries(1):
        capture(reference=EDIT, amount=47_500)


def test_the_last_micro_dollar_can_be_held_and_one_more_cannot(wallet: str):
    with pytest.raises(InsufficientCredit) as refusal:
        hold(workspace_id=wallet, reference=EDIT, amount=100_001)
    assert (refusal.value.needed, refusal.value.available) == (100_001, 100_000)
    assert str(refusal.value) == "This needs $0.100001; $0.100000 of credit is available."
    assert not Hold.objects.exists()
    hold(workspace_id=wallet, reference=EDIT, amount=100_000)
    assert balance(wallet) == Balance(available=0, held=100_000, spent=0)


def test_without_a_wallet_nothing_can_be_held(alice: Person):
    with pytest.raises(InsufficientCredit) as refusal:
        hold(workspace_id=alice.workspace.id, reference=EDIT, amount=1)
    assert (refusal.value.needed, refusal.value.available) == (1, 0)
    assert not Hold.objects.exists()


def test_the_same_hold_twice_holds_once(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=60_000)
    hold(workspace_id=wallet, reference=EDIT, amount=60_000)
    assert balance(wallet) == Balance(available=40_000, held=60_000, spent=0)


def test_a_second_hold_for_an_edit_with_another_amount_is_refused(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=60_000)
    with pytest.raises(MovementConflict, match=f"A hold for {EDIT} was made before, for something else"):
        hold(workspace_id=wallet, reference=EDIT, amount=30_000)
    assert balance(wallet) == Balance(available=40_000, held=60_000, spent=0)


def test_a_hold_of_alices_edit_cannot_be_made_on_mallorys_wallet(wallet: str, mallory: Person):
    grant(workspace_id=mallory.workspace.id, amount=100_000, key="mallory's")
    hold(workspace_id=wallet, reference=EDIT, amount=60_000)
    with pytest.raises(MovementConflict):
        hold(workspace_id=mallory.workspace.id, reference=EDIT, amount=60_000)
    assert balance(mallory.workspace.id) == Balance(available=100_000, held=0, spent=0)


def test_a_capture_takes_its_amount_and_gives_back_the_rest(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=95_000)
    capture(reference=EDIT, amount=47_500)
    assert balance(wallet) == Balance(available=52_500, held=0, spent=47_500)
    assert _entries(f"capture:{EDIT}") == {("wallet", ""): -47_500, ("revenue", ""): 47_500}
    made = Hold.objects.get(reference=EDIT)
    assert (made.state, made.amount, made.captured) == ("captured", 95_000, 47_500)
    assert made.closed_at is not None
    assert_books_are_right()


def test_the_same_capture_twice_takes_once(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    capture(reference=EDIT, amount=47_500)
    capture(reference=EDIT, amount=47_500)
    assert balance(wallet) == Balance(available=52_500, held=0, spent=47_500)
    assert Transfer.objects.filter(kind="capture").count() == 1


def test_more_than_the_hold_is_never_captured(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    with pytest.raises(CaptureAboveHold, match=f"0.047501 is more than {EDIT} has on hold, 0.047500"):
        capture(reference=EDIT, amount=47_501)
    assert balance(wallet) == Balance(available=52_500, held=47_500, spent=0)


def test_a_captured_hold_can_be_closed_in_no_other_way(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    capture(reference=EDIT, amount=40_000)
    with pytest.raises(HoldClosed, match=f"The hold for {EDIT} was captured already, with 0.040000 taken"):
        capture(reference=EDIT, amount=47_500)
    with pytest.raises(HoldClosed, match="was captured already"):
        release(reference=EDIT)
    assert balance(wallet) == Balance(available=60_000, held=0, spent=40_000)
    assert_books_are_right()


def test_a_release_gives_everything_back_however_often_it_is_asked(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    release(reference=EDIT)
    release(reference=EDIT)
    assert balance(wallet) == Balance(available=100_000, held=0, spent=0)
    assert Transfer.objects.count() == 1


def test_a_released_hold_cannot_be_captured(wallet: str):
    hold(workspace_id=wallet, reference=EDIT, amount=47_500)
    release(reference=EDIT)
    with pytest.raises(HoldClosed, match=r"was released already, with 0\.000000 taken"):
        capture(reference=EDIT, amount=47_500)
    assert balance(wallet) == Balance(available=100_000, held=0, spent=0)


def test_what_was_never_held_cannot_be_closed(wallet: str):
    with pytest.raises(UnknownHold, match="Nothing was set aside for edt_never"):
        capture(reference="edt_never", amount=1)
    with pytest.raises(UnknownHold):
        release(reference="edt_never")


@pytest.mark.parametrize(("certain", "owed"), [(True, "provider_accrued"), (False, "suspense")])
def test_a_cost_is_owed_or_in_suspense_once_for_an_attempt(alice: Person, certain, owed):
    found = facts(alice.workspace.id, ATTEMPT, provider="shortapi", expected=38_000)
    for _ in range(2):
        record_cost(found, certain=certain)
    assert _entries(f"cost:{ATTEMPT}") == {("cost", "shortapi"): -38_000, (owed, "shortapi"): 38_000}
    assert Transfer.objects.get().reference == ATTEMPT
    assert_books_are_right()


@pytest.mark.parametrize("other", [{"amount": 38_001}, {"provider": "pixazo"}, {"certain": False}])
def test_an_attempts_cost_is_not_booked_again_as_something_else(db, other):
    booked: dict[str, Any] = {"attempt": ATTEMPT, "provider": "shortapi", "amount": 38_000, "certain": True}
    book_cost(**booked)
    with pytest.raises(MovementConflict):
        book_cost(**{**booked, **other})
    assert Transfer.objects.count() == 1
    assert Entry.objects.count() == 2
