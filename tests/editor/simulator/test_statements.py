"""Each provider keeps books of its own, offers them by the month, and gets them wrong where it was told to."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from billing.reconciliation.columns import COLUMNS
from billing.reconciliation.read import read_statement
from editor.simulator.dialects import DIALECTS
from tests.editor.simulator.conftest import Customer
from tests.simulator_fixture import Simulator

CHARGED = ("charge", "0.038")


def overview(simulator: Simulator, provider: str = "shortapi") -> dict[str, Any]:
    return dict(httpx.get(f"{simulator.url}/control/statements", trust_env=False).json()[provider])


def rows(simulator: Simulator, provider: str = "shortapi") -> list[dict[str, str]]:
    """All lines of a provider, over all the months it has."""
    url = f"{simulator.url}/control/statements/{provider}.csv?month="
    found: list[dict[str, str]] = []
    for month in overview(simulator, provider)["months"]:
        answer = httpx.get(url + month, trust_env=False)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{provider}-{month}.csv"'
        found += csv.DictReader(io.StringIO(answer.text))
    return found


def ended(customer: Customer, **args: Any) -> str:
    """A job that has ended, and was asked after until it had."""
    ticket = customer.ticket(**args)
    while customer.query(ticket)["data"]["status"] == 1:
        pass
    return ticket


def charges(simulator: Simulator, ticket: str) -> list[tuple[str, str]]:
    return [(row["type"], row["amount_usd"]) for row in rows(simulator) if row["job_id"] == ticket]


def test_a_job_is_charged_when_it_is_taken_and_given_back_when_it_fails(
    customer: Customer, simulator: Simulator
) -> None:
    done = ended(customer, num_images=2)
    simulator.order("fail_job")
    failed = ended(customer)
    assert charges(simulator, done) == [("charge", "0.076")]
    assert charges(simulator, failed) == [CHARGED, ("refund", "0.038")]
    assert overview(simulator)["errors"] == []
    assert sum(overview(simulator)["months"].values()) == 3


@pytest.mark.parametrize(
    ("faults", "lines", "usd"),
    [
        ({"over_charge": {"amount": "0.05"}}, [("charge", "0.05")], "0.012"),
        ({"charge_twice": {}}, [CHARGED, CHARGED], "0.038"),
        ({"leave_out": {}}, [], "-0.038"),
        ({"fail_job": {}, "keep_charge": {}}, [CHARGED], "0.038"),
        ({"charge_stranger": {}}, [CHARGED], "0.038"),
    ],
)
def test_a_bill_is_wrong_as_ordered_and_it_is_told_what_is_wrong(
    customer: Customer, simulator: Simulator, faults: dict[str, dict[str, str]], lines: list[Any], usd: str
) -> None:
    for name, options in faults.items():
        simulator.order(name, times=1, **options)
    ticket = ended(customer)
    assert charges(simulator, ticket) == lines
    (error,) = overview(simulator)["errors"]
    assert (error["fault"], error["usd"]) == ([*faults][-1], usd)
    strangers = [row["job_id"] for row in rows(simulator) if row["job_id"] != ticket]
    assert strangers == ([error["ticket"]] if "charge_stranger" in faults else [])
    assert ended(customer)
    assert len(overview(simulator)["errors"]) == 1, "the fault is over"


def test_a_picture_that_was_missing_is_charged_all_the_same(customer: Customer, simulator: Simulator) -> None:
    simulator.order("missing_picture")
    ticket = ended(customer, num_images=2)
    assert charges(simulator, ticket) == [("charge", "0.076")]
    (error,) = overview(simulator)["errors"]
    assert (error["fault"], error["ticket"], Decimal(error["usd"])) == ("missing_picture", ticket, Decimal("0.038"))


def test_what_is_offered_can_be_imported(customer: Customer, simulator: Simulator) -> None:
    ticket = ended(customer)
    (month,) = overview(simulator)["months"]
    content = httpx.get(f"{simulator.url}/control/statements/shortapi.csv?month={month}", trust_env=False).content
    (charge,) = read_statement("shortapi", content, month=date.fromisoformat(f"{month}-01"))
    assert (charge.ticket, charge.amount, charge.line_id) == (ticket, 38_000, f"{ticket}-charge")


def test_every_providers_headings_are_those_that_the_import_knows(simulator: Simulator) -> None:
    for name in DIALECTS:
        text = httpx.get(f"{simulator.url}/control/statements/{name}.csv?month=2026-10", trust_env=False).text
        headings = text.strip().lower().split(",")
        assert len(headings) == 5
        for known in (COLUMNS[name].ticket, COLUMNS[name].time, COLUMNS[name].amount, COLUMNS[name].line_id):
            assert set(known) & set(headings), name


@pytest.mark.parametrize(
    ("path", "status"), [("shortapi.csv", 400), ("shortapi.csv?month=2026-13", 400), ("nobody.csv?month=2026-10", 404)]
)
def test_what_there_is_no_statement_of_is_refused(simulator: Simulator, path: str, status: int) -> None:
    assert httpx.get(f"{simulator.url}/control/statements/{path}", trust_env=False).status_code == status


def test_an_over_charge_without_an_amount_is_refused(simulator: Simulator) -> None:
    body = {"provider": "shortapi", "fault": "over_charge"}
    answer = httpx.post(f"{simulator.url}/control/faults", json=body, trust_env=False)
    assert (answer.status_code, answer.json()["field"]) == (400, "options.amount")
    assert simulator.counts()["faults_waiting"] == []


def test_the_control_page_offers_the_files_and_says_what_is_wrong(customer: Customer, simulator: Simulator) -> None:
    assert "<h4>Statements</h4>" not in httpx.get(f"{simulator.url}/control/", trust_env=False).text
    simulator.order("charge_twice")
    ticket = ended(customer)
    (month,) = overview(simulator)["months"]
    page = httpx.get(f"{simulator.url}/control/", trust_env=False).text
    assert f'<a href="/control/statements/shortapi.csv?month={month}" download>{month}</a> 2 lines' in page
    assert f"<code>charge_twice</code> <code>{ticket}</code> +$0.038" in page
