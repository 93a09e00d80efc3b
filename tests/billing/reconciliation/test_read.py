"""A statement is read whole or refused, and what is wrong with it is named."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.reconciliation.charge import BadStatement
from billing.reconciliation.columns import COLUMNS
from billing.reconciliation.read import read_statement

NOVEMBER = date(2026, 11, 1)


def test_a_csv_of_dollars_is_read():
    charges = read_statement(
        "shortapi",
        b"Created_At,Job_ID,Amount\r\n2026-11-03T10:00:00Z,job-1,0.038\r\n\r\n2026-11-03 10:00:05,job-2,$0.076\r\n",
        month=NOVEMBER,
    )
    assert [(each.ticket, each.amount) for each in charges] == [("job-1", 38_000), ("job-2", 76_000)]
    assert charges[0].at == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert [each.number for each in charges] == [2, 4]


def test_what_aimlapi_answers_is_read_with_refunds_the_other_way_round():
    rows = [
        {"id": "t1", "created_at": "2026-11-03T10:00:00Z", "amount": {"usd": 0.042, "credits": 84000},
         "direction": "debit", "reference_id": "inf-1", "client_request_id": "att_1"},
        {"id": "t2", "created_at": "2026-11-03T11:00:00Z", "amount": {"credits": 84000}, "direction": "credit",
         "reference_id": "inf-1"},
    ]  # fmt: skip
    first, second = read_statement("aimlapi", json.dumps({"data": rows}).encode(), month=NOVEMBER)
    assert (first.line_id, first.ticket, first.attempt, first.amount) == ("t1", "inf-1", "att_1", 42_000)
    assert second.amount == -42_000


def test_lines_without_an_id_are_named_by_what_they_say_and_two_alike_are_two():
    lines = b"time,amount\n2026-11-03T10:00:00Z,0.04\n2026-11-03T10:00:00Z,0.04\n"
    first, second = read_statement("pixazo", lines, month=NOVEMBER)
    assert first.line_id != second.line_id
    assert [each.line_id for each in read_statement("pixazo", lines, month=NOVEMBER)] == [first.line_id, second.line_id]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe", "the file is not UTF-8 text"),
        (b"{]", "the file is not JSON, though it begins like it"),
        (b'{"rows": []}', "the JSON has no list of charges; expected one of data, transactions, items, lines, logs"),
        (b"[1]", "line 1: a charge is a JSON object"),
        (b"[]", "the statement has no charges"),
        (b"created_at,job_id\n", "line 1: no column gives the amount; expected one of amount_usd, usd, amount, cost"),
        (b"job_id,cost\n",
         "line 1: no column gives the time; expected one of created_at, created, time, date, timestamp"),
        (b"time,time,amount\n", "line 1: a heading comes twice"),
        (b"time,amount\n2026-11-03,0.04,x\n", "line 2: 3 cells under 2 headings"),
        (b"time,amount\nyesterday,0.04\n", "line 2, column time: 'yesterday' is no time such as 2026-11-20T12:00:00Z"),
        (b"time,amount\n2026-11-03,NaN\n", "line 2, column amount: 'NaN' is no amount such as 0.042"),
        (b"time,amount\n2026-11-03,1e400\n", "line 2, column amount: '1e400' is no amount such as 0.042"),
        (b"time,amount\n2026-11-03,1e9\n", "line 2, column amount: '1e9' is more than $100,000 for one charge"),
        (b"time,amount\n2026-11-03,-1e9\n", "line 2, column amount: '-1e9' is more than $100,000 for one charge"),
        (b"time,amount\n2026-11-03,\n", "line 2, column amount: '' is no amount such as 0.042"),
        (b"time,amount\n2026-10-31T23:59:59Z,0.04\n", "line 2: the charge is of 2026-10-31, not of 2026-11"),
        (b"id,time,amount\na,2026-11-03,1\na,2026-11-03,1\n", "line 3: the charge 'a' came on line 2 already"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_read(content, said):
    with pytest.raises(BadStatement) as refusal:
        read_statement("shortapi", content, month=NOVEMBER)
    assert str(refusal.value) == said


def outcome(provider, content):
    """Give what came of reading: the charges, or the refusal."""
    try:
        return read_statement(provider, content, month=NOVEMBER)
    except BadStatement as refusal:
        return refusal


@given(st.sampled_from(sorted(COLUMNS)), st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(provider, content):
    assert outcome(provider, content)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_cells_are_read_or_refused(time, amount, ticket):
    row = {"time": time, "amount": amount, "credits": amount, "task_id": ticket}
    match outcome("aimlapi", json.dumps([row]).encode()):
        case BadStatement(line=line):
            assert line == 1
        case [charge]:
            assert charge.at.month == 11


def test_a_time_before_all_time_is_refused_by_its_column():
    lines = b"time,amount\n0001-01-01T00:00:00+14:00,0.04\n"
    with pytest.raises(BadStatement, match="is no time") as refusal:
        read_statement("pixazo", lines, month=NOVEMBER)
    assert (refusal.value.line, refusal.value.column) == (2, "time")


def test_charges_that_come_to_more_than_there_is_are_refused():
    lines = b"".join(b"2026-11-03T10:00:00Z,100000\n" for _ in range(91_000))
    with pytest.raises(BadStatement, match="come to more than 9,007,199,254 dollars"):
        read_statement("pixazo", b"time,amount\n" + lines, month=NOVEMBER)
