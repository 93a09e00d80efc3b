"""Single costs come in pages, newest first, and each with what proves it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from billing.facade import record_cost
from billing.models import CostState
from billing.selectors.cost_lines import cost_evidence, cost_lines
from billing.selectors.sums import Dimension
from tests.billing.costs.rows import facts
from tests.conftest import Person

DAY = date(2026, 11, 20)


@pytest.fixture
def lines(alice: Person):
    """Seven costs on three days, every other one at APIPod."""
    for number in range(7):
        at = datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(hours=10 * number)
        other = {"provider": "apipod", "grade": "B"} if number % 2 else {}
        record_cost(facts(alice.workspace.id, f"att_{number}", at=at, **other), certain=number != 6)


def test_pages_follow_on_each_other_without_a_gap_or_a_repetition(lines, django_assert_num_queries):
    seen, after = [], ""
    while True:
        with django_assert_num_queries(1):
            page = cost_lines(since=DAY - timedelta(days=2), until=DAY, after=after, limit=3)
        if not page:
            break
        seen += [row.attempt for row in page]
        after = page[-1].place
    assert seen == ["att_6", "att_5", "att_4", "att_3", "att_2", "att_1", "att_0"][-len(seen) :]
    assert len(seen) == 6  # the seventh is of the day after


def test_filters_leave_what_was_asked_for(lines, alice):
    found = cost_lines(since=DAY, until=DAY, only={Dimension.PROVIDER: "apipod"})
    assert [(row.attempt, row.day) for row in found] == [("att_5", DAY)]
    later = DAY + timedelta(days=1)
    assert [row.attempt for row in cost_lines(since=DAY, until=later, state=CostState.SUSPENSE)] == ["att_6"]
    assert cost_lines(since=DAY, until=DAY, only={Dimension.WORKSPACE: "wsp_other"}) == []


def test_a_place_that_is_none_is_refused(db):
    with pytest.raises(ValueError, match="does not match"):
        cost_lines(since=DAY, until=DAY, after="yesterday")


def test_one_line_comes_with_its_exchange_its_entries_and_what_was_raised(alice, django_assert_num_queries):
    record_cost(facts(alice.workspace.id, reported_text="-1", evidence={"said": [{"status": 200}]}), certain=True)
    with django_assert_num_queries(4):
        found = cost_evidence("att_1")
    assert found is not None
    assert found.line.evidence == {"said": [{"status": 200}]}
    assert [(moved.kind, moved.account, moved.amount) for moved in found.movements] == [
        ("cost", "cost", -42_000), ("cost", "provider_accrued", 42_000),
    ]  # fmt: skip
    assert [item.kind for item in found.items] == ["out_of_bounds"]
    assert found.stated == []
    assert cost_evidence("att_nobodys") is None
