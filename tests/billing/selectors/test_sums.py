"""What pages show is summed from the days alone, in a constant number of queries."""

from datetime import UTC, date, datetime

import pytest

from billing.facade import note_retail, record_cost
from billing.models import CostLine
from billing.selectors.sums import Dimension, Sums, fold, sums
from billing.selectors.usage import Usage, usage, usage_by_each
from billing.services.fold_costs import fold_costs
from tests.billing.costs.rows import AT, COST, facts, taken_at
from tests.conftest import Person

CHANGES = 7
ONE, TWO = date(2026, 11, 19), date(2026, 11, 20)


@pytest.fixture(params=["never", "half way", "at the end"])
def days(request, alice: Person, mallory: Person):
    """Two of Alice's pictures and a failure that is owed, on two days; one of Mallory's; folded or not."""
    first = datetime(2026, 11, 19, 12, tzinfo=UTC)
    record_cost(facts(alice.workspace.id, "att_1", edit="edt_1", at=first, reported_text="0.043"), certain=True)
    taken_at("edt_1", first)
    note_retail(edit="edt_1", charge=52_500, prices={"att_1": 52_500})
    if request.param == "half way":
        fold_costs()
    apipod = {"provider": "apipod", "grade": "B", "key": "", "resolution": "4K", "expected": 40_000}
    record_cost(facts(alice.workspace.id, "att_2", edit="edt_2", **apipod), certain=True)
    taken_at("edt_2", AT)
    note_retail(edit="edt_2", charge=50_000, prices={"att_2": 50_000})
    record_cost(facts(alice.workspace.id, "att_3", edit="edt_3", delivered=0, outcome="given_up"), certain=False)
    record_cost(facts(mallory.workspace.id, "att_4", edit="edt_4"), certain=True)
    CostLine.objects.filter(attempt="att_2").update(stated=41_000)
    if request.param == "at the end":
        assert (fold_costs(), fold_costs()) == (CHANGES, 0)


def test_all_of_it_in_one_row(days):
    (total,) = sums(since=ONE, until=TWO)
    assert total == Sums(
        of=(), attempts=4, pictures=3, expected=3 * COST + 40_000, reported=43_000, reported_expected=COST,
        stated=41_000, stated_expected=40_000, booked=43_000 + 40_000 + 2 * COST, suspense=COST, failure_cost=COST,
        retail=102_500, sold=2, charged=102_500, refunded=0,
    )  # fmt: skip
    assert (total.reported_drift, total.stated_drift, total.margin) == (1_000, 1_000, 102_500 - 167_000)


def test_nothing_sums_to_nothing(db):
    assert sums(since=ONE, until=TWO) == [Sums((), *[0] * 14)]
    assert sums(since=ONE, until=TWO, by=[Dimension.DAY]) == []


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (Dimension.DAY, [("2026-11-19", 52_500), ("2026-11-20", 50_000)]),
        (Dimension.PROVIDER, [("aimlapi", 52_500), ("apipod", 50_000)]),
        (Dimension.KEY, [("key_1", 52_500), ("", 50_000)]),
        (Dimension.RESOLUTION, [("2K", 52_500), ("4K", 50_000)]),
    ],
)
def test_each_dimension_sums_its_own(days, django_assert_num_queries, by, expected):
    with django_assert_num_queries(1):
        found = sums(since=ONE, until=TWO, by=[by])
    assert [(*row.of, row.retail) for row in found] == expected


def test_two_dimensions_make_a_chart_and_a_filter_leaves_its_part(days, alice):
    found = sums(
        since=TWO, until=TWO, by=[Dimension.DAY, Dimension.PROVIDER], only={Dimension.WORKSPACE: alice.workspace.id}
    )
    assert [(row.of, row.booked) for row in found] == [
        (("2026-11-20", "aimlapi"), COST),
        (("2026-11-20", "apipod"), 40_000),
    ]
    assert len(sums(since=ONE, until=TWO, by=[Dimension.WORKSPACE], most=1)) == 1


def test_a_workspace_sees_its_own_pictures_and_charges_and_no_cost_of_ours(days, alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = usage(workspace_id=alice.workspace.id, since=ONE, until=TWO, by=[Dimension.PROVIDER])
    assert found == [Usage(("aimlapi",), 1, 52_500), Usage(("apipod",), 1, 50_000)]
    assert usage(workspace_id=alice.workspace.id, since=ONE, until=TWO) == [Usage((), 2, 102_500)]
    assert usage(workspace_id=alice.workspace.id, since=ONE, until=ONE, by=[Dimension.MEMBER]) == [
        Usage(("usr_1",), 1, 52_500)
    ]


@pytest.mark.parametrize("by", [[Dimension.WORKSPACE], [Dimension.KEY], [Dimension.RESOLUTION], [Dimension.DAY], []])
@pytest.mark.parametrize("only", [{}, {Dimension.PROVIDER: "aimlapi"}, {Dimension.KEY: "key_1"}])
def test_coarser_sums_say_what_the_days_of_each_combination_say(days, by, only):
    finest = sums(since=ONE, until=TWO, by=[Dimension.MODEL, *by], only=only)  # which no coarser ones know
    found = sums(since=ONE, until=TWO, by=by, only=only)
    places = range(1, len(by) + 1)
    assert sorted(found, key=str) == sorted(fold(finest, *places), key=str)


def test_a_workspaces_days_and_keys_are_asked_for_at_once(days, alice, django_assert_num_queries):
    each = [Dimension.DAY, Dimension.KEY]
    with django_assert_num_queries(1):
        found = usage_by_each(workspace_id=alice.workspace.id, since=ONE, until=TWO, each=each)
    assert found == {
        Dimension.DAY: [Usage(("2026-11-19",), 1, 52_500), Usage(("2026-11-20",), 1, 50_000)],
        Dimension.KEY: [Usage(("key_1",), 1, 52_500), Usage(("",), 1, 50_000)],
    }
    assert usage_by_each(workspace_id="wsp_nobodys", since=ONE, until=TWO, each=each[:1]) == {Dimension.DAY: []}


def test_one_answer_folds_into_what_each_of_its_dimensions_says(days):
    three = [Dimension.DAY, Dimension.PROVIDER, Dimension.RESOLUTION]
    found = sums(since=ONE, until=TWO, by=three)
    for place, dimension in enumerate(three):
        assert sorted(fold(found, place), key=str) == sorted(sums(since=ONE, until=TWO, by=[dimension]), key=str)
    assert fold(found) == sums(since=ONE, until=TWO)
    assert fold([]) == sums(since=date(2020, 1, 1), until=date(2020, 1, 1))
