"""AI/ML API's own books are fetched and matched, published prices compared with ours: real HTTP to the simulator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from billing.models import CostLine, CostState, ItemKind, ReviewItem, Statement, StatementLine
from billing.price_book import set_price
from editor.domain import Model
from editor.providers import aimlapi
from editor.services.check_prices import check_prices
from editor.services.fetch_statement import fetch_statement
from tests.billing.reconciliation.rows import line
from tests.conftest import simulate
from tests.editor.providers.test_synchronous_against_simulator import JOB, submit

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
MONTH = NOW.date().replace(day=1)


@pytest.fixture
def bought(simulator, settings, alice):
    """Three pictures were bought of AI/ML API; we know of the first two."""
    simulate(simulator, settings, "aimlapi", "apipod")
    for number in range(3):
        submit(simulator, aimlapi, replace(JOB, idempotency_key=f"att_{number}"))
    for number in range(2):
        line(alice.workspace, number, provider="aimlapi", ticket="", expected=42_000, at=NOW, day=NOW.date())
    return simulator


def test_every_charge_finds_its_attempt_by_our_own_id(bought):
    assert fetch_statement(month=MONTH) == 3
    states = CostLine.objects.order_by("attempt").values_list("state", "booked", "stated")
    assert list(states) == [(CostState.CONFIRMED, 42_000, 42_000)] * 2
    assert sorted(StatementLine.objects.values_list("attempt", "matched_by")) == [
        ("", ""), ("att_0", "id"), ("att_1", "id"),
    ]  # fmt: skip
    assert list(ReviewItem.objects.values_list("kind", "amount")) == [(ItemKind.UNMATCHED, 42_000)]


def test_fetched_again_nothing_is_new(bought):
    fetch_statement(month=MONTH)
    assert fetch_statement(month=MONTH) == 0
    submit(bought, aimlapi, replace(JOB, idempotency_key="att_3"))
    assert fetch_statement(month=MONTH) == 1
    assert Statement.objects.count() == 2


def test_a_provider_that_is_off_is_not_asked(settings, alice):
    settings.PROVIDERS = {name: replace(env, api_key="") for name, env in settings.PROVIDERS.items()}
    assert fetch_statement(month=MONTH) == 0
    assert check_prices() == 0


def test_a_published_price_that_is_not_in_the_book_is_told_once(bought):
    set_price(provider="apipod", model=Model.SEEDREAM_45, resolutions=["2K", "4K"], amount=30_000, source="test")
    assert check_prices() == 1
    assert check_prices() == 1
    (item,) = ReviewItem.objects.all()
    assert (item.kind, item.provider, item.amount) == (ItemKind.PRICE_DRIFT, "apipod", 10_000)
    assert item.evidence["source"] == "POST /v1/pricing/estimate"


def test_a_price_that_doubles_in_silence_is_seen_in_what_is_reported(settings, alice):
    settings.PROVIDERS = {name: replace(env, api_key="") for name, env in settings.PROVIDERS.items()}
    for number in range(6):
        at = NOW - timedelta(minutes=number)
        line(alice.workspace, number, provider="aimlapi", expected=42_000, reported=84_000, at=at, day=at.date())
    assert check_prices() == 1
    (item,) = ReviewItem.objects.all()
    assert (item.kind, item.amount) == (ItemKind.PRICE_DRIFT, 6 * 42_000)
    assert (item.evidence["unit"], item.evidence["was"]) == (84_000, 42_000)
