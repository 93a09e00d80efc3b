"""A month, small: what is wrong on the statements is found, nothing else is, and every micro-dollar is explained."""

from datetime import UTC, date, datetime

import pytest

from billing import invariants
from billing.ledger import grant
from tests.month.bills import bills
from tests.month.life import live, open_prices
from tests.month.review import bring, compare, sign

MONTH = date(2026, 10, 1)


def spend_a_month(people, *, edits):
    """Book the month, import its statements, and check that exactly what was put in was found; then sign it."""
    open_prices(datetime(2026, 9, 1, tzinfo=UTC))
    workspaces = [person.workspace for person in people]
    for workspace in workspaces:
        grant(workspace_id=workspace.id, amount=1_000_000 * edits, key=f"month:{workspace.id}")
    written = bills(list(live(workspaces, month=MONTH, edits=edits, seed=11)), seed=12)
    lines = bring(written, month=MONTH, by=people[0].user)
    reviewed = compare(written, month=MONTH, lines=lines)
    assert (reviewed.missed, reviewed.false, reviewed.unexplained) == ([], [], 0)
    signed = sign(month=MONTH, by=people[0].user)
    assert sum(each["unexplained"] for each in signed.figures) == 0
    stated = sum(line.amount for bill in written.values() for line in bill.lines)
    assert sum(each["stated"] for each in signed.figures) == stated
    assert invariants.violations() == []
    return reviewed


@pytest.mark.django_db
def test_every_error_is_found_nothing_else_is_and_the_month_is_signed(alice, mallory):
    assert spend_a_month([alice, mallory], edits=1_500).errors > 10


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_the_same_of_a_hundred_thousand_edits(alice, mallory, capsys):
    reviewed = spend_a_month([alice, mallory], edits=100_000)
    with capsys.disabled():
        print(
            f"\n{reviewed.lines:,} charges, {reviewed.errors} errors put in, all found, none besides, 0 µ$ unexplained"
        )
    assert reviewed.errors > 500
