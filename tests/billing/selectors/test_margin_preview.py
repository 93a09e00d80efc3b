"""What a change would have done to the margin of the last thirty days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.facade import record_cost
from billing.ledger import Stated, settle_stated
from billing.models import Plan, Subscription, UsageDay, WorkspaceTerms
from billing.price_book.amounts import Asked
from billing.price_book.wishes import MarkupWish, PriceWish
from billing.selectors.margin_preview import Sums, margin_preview
from tests.billing.costs.rows import facts

pytestmark = pytest.mark.django_db
SEEDREAM = "seedream-4.5"


def sold(person, provider: str, pictures: int, *, days_ago: int = 1, cost: int = 38_000, price: int = 47_500, **sums):
    day = timezone.now().date() - timedelta(days=days_ago)
    UsageDay.objects.create(
        day=day, workspace=person.workspace, provider=provider, model=SEEDREAM, resolution="2K", pictures=pictures,
        booked=pictures * cost, retail=pictures * price, **sums,
    )  # fmt: skip


@pytest.fixture
def month(alice, mallory) -> None:
    """Alice bought 100 by ShortAPI and 10 by AI/ML API, Mallory 10 by ShortAPI at 50 %."""
    sold(alice, "shortapi", 60)
    sold(alice, "shortapi", 40, days_ago=29)
    sold(alice, "shortapi", 1000, days_ago=31)
    sold(alice, "aimlapi", 10, cost=42_000, price=52_500)
    sold(mallory, "shortapi", 10, price=57_000)
    WorkspaceTerms.objects.create(workspace=mallory.workspace, markup_ppm=500_000)


def test_a_price_is_counted_for_every_picture_by_its_route_at_each_ones_markup(month):
    preview = margin_preview(PriceWish("shortapi", SEEDREAM, ("2K",), Asked(40_000)))
    assert (preview.pictures, preview.closed) == (110, 0)
    assert preview.before == Sums(110 * 38_000, 100 * 47_500 + 10 * 57_000)
    assert preview.after == Sums(110 * 40_000, 100 * 50_000 + 10 * 60_000)
    assert (preview.before.margin, preview.after.margin) == (1_140_000, 1_200_000)


def test_before_is_what_the_pictures_really_cost_and_it_says_how_that_is_known(alice):
    """40 were stated at 41,000, 40 only reported, at 39,000, 20 neither; and failures that cost 5,000 are left out."""
    known = {"expected": 3_800_000, "stated_expected": 1_520_000, "reported_expected": 2_280_000}
    sold(alice, "aimlapi", 100, cost=0, failure_cost=5_000, **known)
    UsageDay.objects.update(booked=40 * 41_000 + 40 * 39_000 + 20 * 38_000 + 5_000)
    preview = margin_preview(PriceWish("aimlapi", SEEDREAM, ("2K",), Asked(40_000)))
    assert preview.before == Sums(3_960_000, 100 * 47_500)
    assert preview.after == Sums(100 * 40_000, 100 * 50_000)
    assert (preview.stated_ppm, preview.reported_ppm) == (400_000, 600_000)
    assert margin_preview(MarkupWish(workspace=alice.workspace.id, markup_ppm=500_000)).after.cost == 3_960_000


def test_what_is_booked_is_stated_else_reported_else_expected(alice):
    """So says the ledger, by which the preview goes; reports of a lower grade than B are only shown."""
    at = timezone.now() - timedelta(days=1)
    for number, reported in enumerate(("", "0.039", "0.039"), start=1):
        fact = facts(
            alice.workspace.id, f"att_{number}", edit=f"edt_{number}", provider="aimlapi", expected=38_000, at=at,
            reported_text=reported,
        )  # fmt: skip
        record_cost(fact, certain=True)
    settle_stated(provider="aimlapi", statement="october", settlements=[Stated("att_3", 41_000, 41_000)])
    preview = margin_preview(PriceWish("aimlapi", SEEDREAM, ("2K",), Asked(40_000)))
    assert preview.before.cost == 38_000 + 39_000 + 41_000
    assert (preview.stated_ppm, preview.reported_ppm) == (333_333, 666_666)
    sold(alice, "shortapi", 1, expected=38_000, reported_expected=38_000)
    assert margin_preview(PriceWish("shortapi", SEEDREAM, ("2K",), Asked(40_000))).reported_ppm == 0


def test_a_markup_is_counted_for_its_workspace_only(month, alice):
    preview = margin_preview(MarkupWish(workspace=alice.workspace.id, markup_ppm=100_000))
    assert preview.pictures == 110
    assert preview.after == Sums(100 * 38_000 + 10 * 42_000, 100 * 41_800 + 10 * 46_200)


def test_below_cost_it_says_how_many_pictures_nobody_could_have_had(month, alice):
    assert margin_preview(MarkupWish(workspace=alice.workspace.id, markup_ppm=-10_000)).closed == 110


def test_a_plans_markup_is_counted_for_whoever_is_on_it_without_terms_of_their_own(month, alice, mallory):
    plan = Plan.objects.create(code="atelier", name="Atelier", price=1, credit=1)
    for person in (alice, mallory):
        Subscription.objects.create(workspace=person.workspace, plan=plan, stripe_id=person.user.email, status="active")
    preview = margin_preview(MarkupWish(plan="atelier", markup_ppm=200_000))
    assert preview.before.sold == 100 * 47_500 + 10 * 52_500 + 10 * 57_000
    assert preview.before.cost == preview.after.cost == 110 * 38_000 + 10 * 42_000
    assert preview.after.sold == 100 * 45_600 + 10 * 50_400 + 10 * 57_000


def test_without_a_picture_nothing_changes(alice):
    preview = margin_preview(PriceWish("pixazo", SEEDREAM, ("2K", "4K"), Asked(40_000)))
    assert (preview.pictures, preview.before, preview.after) == (0, Sums(), Sums())


def test_it_is_a_handful_of_queries_however_much_was_sold(month, alice, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        margin_preview(MarkupWish(workspace=alice.workspace.id, markup_ppm=100_000))
