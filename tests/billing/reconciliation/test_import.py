"""A statement settles what is due, puts the rest up for review, and may come twice, in pieces, or with refunds."""

import pytest

from billing.errors import AlreadyImported, ItemResolved, MonthSigned, NotReadyToSign
from billing.models import (
    AccountKind,
    CostLine,
    CostState,
    ItemKind,
    MonthSignOff,
    Resolution,
    ReviewItem,
    Statement,
    StatementLine,
)  # fmt: skip
from billing.reconciliation.charge import BadStatement
from billing.selectors.provider_months import provider_months
from billing.services.complete_month import complete_month
from billing.services.import_statement import import_charges, import_file
from billing.services.resolve_item import note_item, resolve_item, take_item
from billing.services.sign_off_month import sign_off_month
from tests.billing.reconciliation.rows import OCTOBER, books, charge, line

pytestmark = pytest.mark.django_db


def bring(*charges, provider="shortapi"):
    return import_charges(provider=provider, month=OCTOBER, name="october.csv", charges=charges, by=None)


def state(number=1):
    return CostLine.objects.values_list("state", "booked", "stated").get(attempt=f"att_{number}")


def items():
    return list(ReviewItem.objects.order_by("kind").values_list("kind", "amount", "resolution"))


def unexplained():
    (month,) = provider_months(OCTOBER)
    return month.unexplained


def test_what_is_due_goes_from_accrued_to_confirmed(alice):
    line(alice.workspace, 1)
    imported = bring(charge(1))
    assert (imported.lines, imported.matched, imported.items) == (1, 1, 0)
    assert state() == (CostState.CONFIRMED, 40_000, 40_000)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.COST: -40_000}
    assert unexplained() == 0


def test_what_nobody_knew_of_is_owed_once_it_is_charged(alice):
    line(alice.workspace, 1, state=CostState.SUSPENSE)
    bring(charge(1))
    assert state() == (CostState.CONFIRMED, 40_000, 40_000)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.COST: -40_000}


def test_less_than_was_expected_costs_less(alice):
    line(alice.workspace, 1)
    bring(charge(1, 30_000))
    assert state() == (CostState.CONFIRMED, 30_000, 30_000)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 30_000, AccountKind.COST: -30_000}
    assert unexplained() == 0


def test_too_much_is_owed_only_once_it_is_accepted(alice):
    line(alice.workspace, 1)
    bring(charge(1, 50_000))
    assert items() == [(ItemKind.OVER_CHARGED, 10_000, "")]
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.COST: -40_000}
    item = resolve_item(
        item=ReviewItem.objects.get().id, resolution=Resolution.ACCEPTED, note="their new price", by=alice.user
    )
    assert item.adjustment
    assert state() == (CostState.CONFIRMED, 50_000, 50_000)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 50_000, AccountKind.COST: -50_000}
    assert unexplained() == 0
    with pytest.raises(ItemResolved):
        resolve_item(item=item.id, resolution=Resolution.DISPUTED, note="", by=alice.user)


def test_what_is_disputed_is_not_owed_and_its_refund_ends_it(alice):
    line(alice.workspace, 1)
    bring(charge(1), charge(2, of=1))
    assert items() == [(ItemKind.DUPLICATE, 40_000, "")]
    resolve_item(item=ReviewItem.objects.get().id, resolution=Resolution.DISPUTED, note="", by=alice.user)
    assert unexplained() == 0
    bring(charge(3, -40_000, of=1))
    assert items() == [(ItemKind.DUPLICATE, 40_000, Resolution.REFUNDED)]
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.COST: -40_000}
    assert unexplained() == 0


def test_what_was_accepted_stays_owed_when_more_comes(alice):
    line(alice.workspace, 1)
    bring(charge(1, 50_000))
    resolve_item(item=ReviewItem.objects.get().id, resolution=Resolution.ACCEPTED, note="", by=alice.user)
    bring(charge(2, 40_000, of=1))
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 50_000, AccountKind.COST: -50_000}
    assert items() == [(ItemKind.DUPLICATE, 40_000, ""), (ItemKind.OVER_CHARGED, 10_000, Resolution.ACCEPTED)]
    assert unexplained() == 0


def test_a_charge_for_what_failed_is_found(alice):
    line(alice.workspace, 1, state=CostState.VOID, delivered=0)
    bring(charge(1))
    assert items() == [(ItemKind.MISSING_REFUND, 40_000, "")]
    assert (books(), state()) == ({}, (CostState.VOID, 0, 40_000))
    resolve_item(item=ReviewItem.objects.get().id, resolution=Resolution.ACCEPTED, note="", by=alice.user)
    assert state() == (CostState.CONFIRMED, 40_000, 40_000)


def test_a_charge_for_nothing_is_found_and_accepted_as_nobodys(alice):
    bring(charge(1))
    assert items() == [(ItemKind.UNMATCHED, 40_000, "")]
    resolve_item(item=ReviewItem.objects.get().id, resolution=Resolution.ACCEPTED, note="", by=alice.user)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.COST: -40_000}
    assert unexplained() == 0


def test_the_same_file_twice_is_refused_and_changes_nothing(alice):
    line(alice.workspace, 1)
    content = b"created_at,job_id,amount\n2026-10-03T12:00:00Z,job-1,0.04\n"
    import_file(provider="shortapi", month=OCTOBER, name="a.csv", content=content, by=alice.user)
    before = books()
    with pytest.raises(AlreadyImported):
        import_file(provider="shortapi", month=OCTOBER, name="b.csv", content=content, by=alice.user)
    with pytest.raises(AlreadyImported):
        import_file(provider="shortapi", month=OCTOBER, name="b.csv", content=content + b"\n", by=alice.user)
    assert (books(), Statement.objects.count(), StatementLine.objects.count()) == (before, 1, 1)


def test_statements_may_overlap(alice):
    line(alice.workspace, 1)
    line(alice.workspace, 2)
    bring(charge(1))
    imported = bring(charge(1), charge(2))
    assert (imported.lines, imported.known) == (1, 1)
    assert books() == {AccountKind.PROVIDER_CONFIRMED: 80_000, AccountKind.COST: -80_000}


def test_a_statement_that_cannot_be_read_leaves_nothing(alice):
    line(alice.workspace, 1)
    content = b"created_at,job_id,amount\n2026-10-03T12:00:00Z,job-1,0.04\n2026-09-30T12:00:00Z,job-2,0.04\n"
    with pytest.raises(BadStatement, match="line 3: the charge is of 2026-09-30, not of 2026-10"):
        import_file(provider="shortapi", month=OCTOBER, name="a.csv", content=content, by=None)
    assert (Statement.objects.count(), state()) == (0, (CostState.ACCRUED, 40_000, None))


def test_without_ids_charges_are_matched_by_time_and_amount_also_for_what_failed(alice):
    line(alice.workspace, 1, provider="pixazo", ticket="")
    line(alice.workspace, 2, provider="pixazo", ticket="", state=CostState.VOID, minute=3, delivered=0)
    imported = bring(charge(1, of=""), provider="pixazo")
    assert imported.matched == 1
    assert StatementLine.objects.get().matched_by == "time and amount"
    assert state() == (CostState.CONFIRMED, 40_000, 40_000)


def test_a_complete_statement_frees_what_it_does_not_charge(alice):
    line(alice.workspace, 1)
    line(alice.workspace, 2, state=CostState.SUSPENSE)
    line(alice.workspace, 3)
    bring(charge(1))
    assert complete_month(provider="shortapi", month=OCTOBER) == 1
    assert complete_month(provider="shortapi", month=OCTOBER) == 0
    assert state(2) == (CostState.CONFIRMED, 0, 0)
    assert items() == [(ItemKind.NOT_STATED, 40_000, "")]
    assert books() == {
        AccountKind.PROVIDER_CONFIRMED: 40_000, AccountKind.PROVIDER_ACCRUED: 40_000, AccountKind.COST: -80_000,
    }  # fmt: skip


def test_a_month_is_signed_once_everything_is_looked_into_and_then_stays(alice):
    line(alice.workspace, 1)
    bring(charge(1), charge(2))
    with pytest.raises(NotReadyToSign) as refusal:
        sign_off_month(month=OCTOBER, by=alice.user, note="")
    assert refusal.value.missing == ["The statement of shortapi is not complete.", "1 item is open."]
    complete_month(provider="shortapi", month=OCTOBER)
    item = ReviewItem.objects.get()
    take_item(item=item.id, by=alice.user)
    note_item(item=item.id, note="asked them")
    resolve_item(item=item.id, resolution=Resolution.DISPUTED, note="they agree", by=alice.user)
    signed = sign_off_month(month=OCTOBER, by=alice.user, note="all well")
    (figures,) = signed.figures
    assert (figures["stated"], figures["settled"], figures["disputed"], figures["unexplained"]) == (
        80_000,
        40_000,
        40_000,
        0,
    )
    with pytest.raises(MonthSigned):
        bring(charge(3))
    with pytest.raises(MonthSigned):
        sign_off_month(month=OCTOBER, by=alice.user, note="")
    assert (MonthSignOff.objects.count(), Statement.objects.count()) == (1, 1)


def test_nothing_is_signed_where_nothing_was(alice):
    with pytest.raises(NotReadyToSign, match="There was nothing in this month"):
        sign_off_month(month=OCTOBER, by=alice.user, note="")
