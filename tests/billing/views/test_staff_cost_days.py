"""The daily cost review: its table by every grouping, as a file, down to one attempt, in a fixed number of queries."""

import csv
import io

import pytest

from billing.models import CostState
from tests.billing.views.costs import RANGE, an_october, line, staff, text_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/costs/"
GROUPINGS = ["day-and-provider", "day", "provider", "workspace", "key", "resolution"]


@pytest.fixture
def sam(db):
    return staff()[1]


def test_a_day_and_provider_shows_what_was_stated_above_what_was_expected_and_what_was_earned(sam, alice):
    an_october(alice.workspace)
    said = text_of(sam.get(f"{PAGE}?{RANGE}"))
    # 3 × $0.04 expected; $0.04 + $0.08 + $0.052 stated of them; 3 × $0.05 sold, 3 × $0.04 owed.
    assert "2026-10-03 shortapi 3 $0.12 – $0.17 +$0.052 +43.3 % S $0.15 $0.03 20.0 % – –" in said
    assert "Total 3 $0.12 – $0.17 +$0.052" in said
    assert "+$0.052 of drift, $0.03 of margin" in said


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("day", "2026-10-03"),
        ("provider", "shortapi"),
        ("workspace", "Alice&#x27;s studio"),
        ("key", "nobody’s"),
        ("resolution", "2K"),
    ],
)
def test_the_same_sums_stand_under_every_heading(sam, alice, by, words):
    an_october(alice.workspace)
    assert f"{words} 3 $0.12 – $0.17 +$0.052" in text_of(sam.get(f"{PAGE}?{RANGE}&by={by}"))


def test_a_file_has_every_row_and_the_total_in_dollars(sam, alice):
    an_october(alice.workspace)
    line(alice.workspace, 4, provider="pixazo", state=CostState.SUSPENSE, minute=24 * 60)
    answer = sam.get(f"{PAGE}days.csv?{RANGE}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(one["day"], one["provider"], one["drift"], one["suspense"]) for one in rows] == [
        ("2026-10-04", "pixazo", "0.000000", "0.040000"),
        ("2026-10-03", "shortapi", "0.052000", "0.000000"),
        ("total", "", "0.052000", "0.040000"),
    ]
    assert (rows[0]["margin"], rows[0]["failure_cost"]) == ("-0.040000", "0.040000")


def test_a_row_leads_to_its_attempts_and_each_to_all_that_is_known_of_it(sam, alice):
    an_october(alice.workspace)
    assert "attempts/?since=2026-10-03&amp;until=2026-10-03&amp;provider=shortapi" in (
        sam.get(f"{PAGE}?{RANGE}").content.decode()
    )
    said = text_of(sam.get(f"{PAGE}attempts/?since=2026-10-03&until=2026-10-03&provider=shortapi"))
    assert "att_3 shortapi 2K delivered 1 of 1 $0.04 – $0.05 $0.04 $0.05" in said
    said = text_of(sam.get(f"{PAGE}attempts/att_2/"))
    assert "Expected $0.04" in said
    assert "Stated $0.08" in said
    assert "grade C" in said
    assert "settle provider confirmed +$0.04" in said
    assert said.count("october.csv, line") == 2
    assert "Charged twice , to be looked into" in said
    assert sam.get(f"{PAGE}attempts/att_nowhere/").status_code == 404


def test_attempts_come_in_pages_that_hold_each_once(sam, alice):
    for number in range(60):
        line(alice.workspace, f"{number:03}", minute=number)
    first = sam.get(f"{PAGE}attempts/?{RANGE}")
    older = next(part for part in first.content.decode().split('"') if "after=" in part).replace("&amp;", "&")
    both = text_of(first) + text_of(sam.get(f"{PAGE}attempts/{older}"))
    assert [both.count(f"att_{number:03} ") for number in range(60)] == [1] * 60


@pytest.mark.parametrize(
    "query",
    [
        "since=x&until=9999-99-99", "since=2026-10-31&until=2026-10-01", "by=nothing", "provider=%00",
        "after=99999999.x", "workspace=%27--&key=%00", "since=0001-01-01", "until=9999-12-31", "state=odd",
        "resolution=8K",
    ],
)  # fmt: skip
def test_what_makes_no_sense_counts_as_not_asked(sam, query):
    assert sam.get(f"{PAGE}?{query}").status_code == 200
    assert sam.get(f"{PAGE}days.csv?{query}").status_code == 200
    assert sam.get(f"{PAGE}attempts/?{query}").status_code in (200, 404)


def test_days_without_anything_say_so(sam):
    assert "Nothing was ordered in these days." in text_of(sam.get(PAGE))
    assert "There is no attempt like that." in text_of(sam.get(f"{PAGE}attempts/"))


@pytest.mark.parametrize("by", GROUPINGS)
def test_the_pages_take_as_many_queries_however_much_there_is(sam, alice, mallory, by, django_assert_max_num_queries):
    for number in range(40):
        who = alice if number % 2 else mallory
        line(who.workspace, number, minute=number * 600, key=f"key_{number % 7}")
    an = f"{PAGE}?{RANGE}&by={by}"
    sam.get(an)
    for address in (an, f"{PAGE}attempts/?{RANGE}", f"{PAGE}attempts/att_1/"):
        with django_assert_max_num_queries(12):
            assert sam.get(address).status_code == 200


def test_a_month_of_five_providers_is_a_page_of_sixty_kilobytes_at_most(sam, alice):
    for provider in ("shortapi", "pixazo", "apikley", "aimlapi", "apipod"):
        for day in range(28):
            line(alice.workspace, f"{provider}{day}", minute=day * 1440 - 2 * 1440, provider=provider, retail=50_000)
    assert len(sam.get(f"{PAGE}?{RANGE}").content) <= 60_000
