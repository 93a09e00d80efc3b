"""Changes of prices: small ones are made, large ones wait for somebody else, and the past is never changed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from billing.errors import BadChange, ChangeDecided, NoSuchChange, NotBySamePerson
from billing.facade import UnitPrice, markup_ppm, unit_prices
from billing.models import Plan, PriceChange, Subscription, UpstreamPrice, WorkspaceTerms
from billing.price_book.amounts import Asked, in_units
from billing.price_book.wishes import MarkupWish, PriceWish
from billing.services.ask_change import ask_change
from billing.services.decide_change import approve_change, refuse_change

pytestmark = pytest.mark.django_db
SEEDREAM = "seedream-4.5"


@pytest.fixture
def sam(db) -> User:
    return User.objects.create_user("sam@example.com", is_staff=True)


@pytest.fixture
def sue(db) -> User:
    return User.objects.create_user("sue@example.com", is_staff=True)


def wish(amount: int, provider: str = "shortapi", *resolutions: str) -> PriceWish:
    return PriceWish(provider, SEEDREAM, resolutions or ("2K",), Asked(amount))


def cost(person, provider: str = "shortapi") -> int | None:
    unit = unit_prices(workspace_id=person.workspace.id, model=SEEDREAM, resolution="2K").get(provider)
    return None if unit is None else unit.cost


def test_a_small_change_is_made_at_once_and_says_who_and_why(sam, alice):
    change = ask_change(staff=sam, wish=wish(40_000), reason="their page of today")
    row = UpstreamPrice.objects.latest("id")
    change.refresh_from_db()
    assert cost(alice) == 40_000
    assert (row.source, row.entered_by) == (f"their page of today ({change.id})", sam)
    assert (change.large, change.before, change.approved_by) == ("", {"2K": 38_000}, None)
    assert change.applied_at is not None


def test_a_large_one_waits_and_changes_nothing_until_somebody_else_approves(sam, sue, alice):
    change = ask_change(staff=sam, wish=wish(380_000), reason="a zero too many?")
    assert "slip of the hand" in change.large
    assert cost(alice) == 38_000
    with pytest.raises(NotBySamePerson):
        approve_change(staff=sam, change_id=change.id)
    assert cost(alice) == 38_000
    approve_change(staff=sue, change_id=change.id)
    change.refresh_from_db()
    assert cost(alice) == 380_000
    assert (change.asked_by, change.approved_by) == (sam, sue)


def test_a_change_is_decided_once(sam, sue, alice):
    change = ask_change(staff=sam, wish=wish(90_000), reason="x")
    refuse_change(staff=sue, change_id=change.id)
    for decide in (approve_change, refuse_change):
        with pytest.raises(ChangeDecided):
            decide(staff=sue, change_id=change.id)
    other = ask_change(staff=sam, wish=wish(91_000), reason="x")
    approve_change(staff=sue, change_id=other.id)
    with pytest.raises(ChangeDecided):
        approve_change(staff=sue, change_id=other.id)
    assert (cost(alice), UpstreamPrice.objects.filter(provider="shortapi").count()) == (91_000, 2)
    with pytest.raises(NoSuchChange):
        approve_change(staff=sue, change_id="chg_nowhere")


@pytest.mark.parametrize("facts", [{"approved_by": "sam"}, {"large": "very", "approved_by": None}])
def test_the_database_itself_lets_nobody_approve_their_own_or_make_a_large_one_alone(sam, facts):
    facts = {**facts, **({"approved_by": sam} if facts["approved_by"] else {})}
    with pytest.raises(IntegrityError), transaction.atomic():
        PriceChange.objects.create(what={}, reason="x", asked_by=sam, applied_at=timezone.now(), **facts)
    assert not PriceChange.objects.exists()


def test_a_price_may_begin_later_and_never_earlier(sam, alice):
    later = timezone.now() + timedelta(days=3)
    ask_change(staff=sam, wish=wish(40_000), reason="announced", valid_from=later)
    assert cost(alice) == 38_000
    assert UpstreamPrice.objects.latest("id").valid_from == later
    with pytest.raises(BadChange) as refused:
        ask_change(staff=sam, wish=wish(40_000), reason="x", valid_from=timezone.now() - timedelta(seconds=1))
    assert refused.value.param == "valid_from"
    with pytest.raises(BadChange, match="very moment"):
        ask_change(staff=sam, wish=wish(41_000), reason="x", valid_from=later)
    assert PriceChange.objects.count() == 1


def test_what_was_approved_too_late_begins_then(sam, sue, alice):
    change = ask_change(staff=sam, wish=wish(90_000), reason="x", valid_from=timezone.now() + timedelta(days=1))
    PriceChange.objects.update(valid_from=timezone.now() - timedelta(days=1))
    before = timezone.now()
    approve_change(staff=sue, change_id=change.id)
    assert cost(alice) == 90_000
    assert UpstreamPrice.objects.latest("id").valid_from >= before


def test_a_price_in_credits_keeps_units_and_rate(sam, alice):
    asked = in_units(currency="credits", units="12", rate="0.0033")
    ask_change(staff=sam, wish=PriceWish("apikley", SEEDREAM, ("2K", "4K"), asked), reason="their page")
    row = UpstreamPrice.objects.latest("id")
    assert cost(alice, "apikley") == 39_600
    assert (row.currency, row.units, row.unit_rate) == ("credits", Decimal(12), 3_300_000_000)


@pytest.mark.parametrize(
    ("odd", "param"),
    [
        (wish(0), "amount"),
        (wish(-1), "amount"),
        (wish(10**15), "amount"),
        (wish(40_000, "ark"), "route"),
        (wish(40_000, "shortapi", "8K"), "route"),
        (MarkupWish(workspace="wsp_nowhere", markup_ppm=0), "whose"),
        (MarkupWish(plan="gold", markup_ppm=0), "whose"),
        (MarkupWish(markup_ppm=0), "whose"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_field_and_nothing_is_kept(sam, odd, param):
    before = UpstreamPrice.objects.count()
    with pytest.raises(BadChange, match="Nothing was changed") as refused:
        ask_change(staff=sam, wish=odd, reason="x")
    assert refused.value.param == param
    assert (PriceChange.objects.count(), UpstreamPrice.objects.count()) == (0, before)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_every_change_has_a_reason(sam, reason):
    with pytest.raises(BadChange) as refused:
        ask_change(staff=sam, wish=wish(40_000), reason=reason)
    assert refused.value.param == "reason"


def test_a_workspaces_own_markup_goes_before_its_plans_and_the_plans_before_the_default(sam, sue, alice, mallory):
    plan = Plan.objects.create(code="atelier", name="Atelier", price=1, credit=1, markup_ppm=200_000)
    for person, status in ((alice, "active"), (mallory, "canceled")):
        Subscription.objects.create(workspace=person.workspace, plan=plan, stripe_id=status, status=status)
    assert (markup_ppm(alice.workspace.id), markup_ppm(mallory.workspace.id)) == (200_000, 250_000)
    ask_change(staff=sam, wish=MarkupWish(plan="atelier", markup_ppm=150_000), reason="x")
    assert markup_ppm(alice.workspace.id) == 150_000
    ask_change(staff=sam, wish=MarkupWish(workspace=alice.workspace.id, markup_ppm=100_000), reason="x")
    prices = unit_prices(workspace_id=alice.workspace.id, model=SEEDREAM, resolution="2K")
    assert prices["shortapi"] == UnitPrice(cost=38_000, price=41_800)
    ask_change(staff=sam, wish=MarkupWish(workspace=alice.workspace.id), reason="x")
    assert (markup_ppm(alice.workspace.id), WorkspaceTerms.objects.exists()) == (150_000, False)


def test_a_markup_far_away_or_below_cost_waits(sam, sue, alice):
    change = ask_change(staff=sam, wish=MarkupWish(workspace=alice.workspace.id, markup_ppm=-50_000), reason="x")
    assert (change.large, markup_ppm(alice.workspace.id)) == ("30 points away from the present 25 %", 250_000)
    approve_change(staff=sue, change_id=change.id)
    assert markup_ppm(alice.workspace.id) == -50_000
    with pytest.raises(BadChange) as refused:
        ask_change(staff=sam, wish=MarkupWish(workspace=alice.workspace.id, markup_ppm=-500_001), reason="x")
    assert refused.value.param == "markup"
