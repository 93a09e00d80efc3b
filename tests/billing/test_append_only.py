"""What the database itself refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from billing.ledger import grant
from billing.models import Account, Entry, Transfer
from tests.conftest import Person


def _booked() -> list[tuple[str, int]]:
    return list(Entry.objects.order_by("id").values_list("transfer__key", "amount"))


def _book(key: str, amounts: list[int], account: Account) -> None:
    with transaction.atomic():
        transfer = Transfer.objects.create(key=key, kind="grant")
        for amount in amounts:
            Entry.objects.create(transfer=transfer, account=account, amount=amount)


@pytest.fixture
def accounts(alice: Person):
    grant(workspace_id=alice.workspace.id, amount=100_000, key="ten cents")
    return {account.kind: account for account in Account.objects.all()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["billing_transfer", "billing_entry"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "UPDATE {} SET id = id WHERE FALSE", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_what_was_booked_can_be_neither_changed_nor_removed(accounts, table: str, statement: str):
    refusal = rf"billing_\w+ is append-only: {statement.split(maxsplit=1)[0]} is refused"
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert _booked() == [("grant:ten cents", 100_000), ("grant:ten cents", -100_000)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("amounts", "complaint"),
    [
        ([], "has 0 entries that sum to 0"),
        ([5], "has 1 entries that sum to 5"),
        ([5, -4], "has 2 entries that sum to 1"),
        ([5, -3, -3], "has 3 entries that sum to -1"),
    ],
)
def test_a_transfer_that_does_not_balance_is_refused_at_commit(accounts, amounts: list[int], complaint: str):
    with pytest.raises(IntegrityError, match=complaint):
        _book("odd", amounts, accounts["funding"])
    assert not Transfer.objects.filter(key="odd").exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_added_later_to_a_balanced_transfer_is_refused_at_commit(accounts):
    transfer = Transfer.objects.get()
    with pytest.raises(IntegrityError, match="has 3 entries that sum to 7"):
        Entry.objects.create(transfer=transfer, account=accounts["wallet"], amount=7)
    assert len(_booked()) == 2


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_balances_is_kept(accounts):
    _book("even", [5, -3, -2], accounts["funding"])
    assert _booked()[2:] == [("even", 5), ("even", -3), ("even", -2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"held": 100_001}, "account_wallet_covers_holds"),
        ({"posted": -1}, "account_wallet_covers_holds"),
        ({"held": -1}, "account_held_not_negative"),
        ({"spent": -1}, "account_spent_not_negative"),
        ({"provider": "shortapi"}, "account_totals_on_wallets_only"),
        ({"workspace": None}, "account_totals_on_wallets_only"),
    ],
)
def test_a_wallet_cannot_go_wrong_even_by_hand(accounts, change: dict[str, object], constraint: str):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Account.objects.filter(id=accounts["wallet"].id).update(**change)
    wallet = Account.objects.get(id=accounts["wallet"].id)
    assert (wallet.posted, wallet.held, wallet.spent) == (100_000, 0, 0)
