"""What a picture costs and sells for, now."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import StateApps
from django.db.models.functions import Now

from billing.facade import UnitPrice, unit_prices
from billing.models import UpstreamPrice, WorkspaceTerms
from billing.price_book import enter_known_prices, set_price
from tests.conftest import Person

SEEDREAM = "seedream-4.5"
SHORTAPI = UnitPrice(cost=38_000, price=47_500)
AIMLAPI = UnitPrice(cost=42_000, price=52_500)


def test_the_known_prices_are_in_the_book_from_the_start(alice: Person):
    assert unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K") == {
        "shortapi": SHORTAPI,
        "aimlapi": AIMLAPI,
    }
    assert unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="4K") == {"aimlapi": AIMLAPI}


def test_arks_price_is_a_reference_and_never_a_route(alice: Person):
    assert set(UpstreamPrice.objects.filter(provider="ark").values_list("resolution", "amount")) == {
        ("2K", 40_000),
        ("4K", 40_000),
    }
    assert "ark" not in unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K")


def test_what_nobody_has_priced_is_absent(alice: Person):
    assert unit_prices(workspace_id=alice.workspace.id, model="seededit-3.0", resolution="2K") == {}


def test_prices_are_one_query(alice: Person, django_assert_num_queries):
    with django_assert_num_queries(1):
        unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K")


def test_a_workspace_pays_its_own_markup(alice: Person, mallory: Person):
    WorkspaceTerms.objects.create(workspace=alice.workspace, markup_ppm=100_001)
    prices = unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K")
    assert prices["shortapi"] == UnitPrice(cost=38_000, price=41_801)  # 41,800.038 rounded up once
    assert unit_prices(workspace_id=mallory.workspace.id, model=SEEDREAM, resolution="2K")["shortapi"] == SHORTAPI


def test_the_newest_price_that_has_begun_holds(alice: Person):
    for amount, begins in ((50_000, -2), (60_000, -1), (70_000, 1)):
        UpstreamPrice.objects.create(
            provider="pixazo", model=SEEDREAM, resolution="2K", amount=amount,
            valid_from=Now() + timedelta(hours=begins), source="test",
        )  # fmt: skip
    prices = unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K")
    assert prices["pixazo"] == UnitPrice(cost=60_000, price=75_000)


def test_a_new_price_stands_over_the_known_one_and_keeps_it(alice: Person):
    set_price(provider="shortapi", model=SEEDREAM, resolutions=["2K"], amount=39_000, source="test")
    prices = unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K")
    assert prices["shortapi"] == UnitPrice(cost=39_000, price=48_750)
    amounts = UpstreamPrice.objects.filter(provider="shortapi").order_by("valid_from").values_list("amount", flat=True)
    assert list(amounts) == [38_000, 39_000]


@pytest.mark.django_db(transaction=True)
def test_the_known_prices_come_back_after_a_flush_and_come_only_once():
    before = UpstreamPrice.objects.count()
    connection.ops.execute_sql_flush(["TRUNCATE billing_upstreamprice"])
    assert UpstreamPrice.objects.count() == 0
    for _ in range(2):
        call_command("migrate", "billing", verbosity=0)
    assert UpstreamPrice.objects.count() == before == 5


@pytest.mark.django_db
def test_where_there_is_no_price_book_yet_nothing_is_entered():
    UpstreamPrice.objects.all().delete()
    enter_known_prices(using="default", apps=StateApps([], {}))
    assert not UpstreamPrice.objects.exists()
