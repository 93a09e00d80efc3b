"""`manage.py set_price`, as an operator types it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from billing.errors import NotBySamePerson
from billing.facade import UnitPrice, unit_prices
from billing.models import PriceChange, UpstreamPrice
from billing.services.decide_change import approve_change
from tests.conftest import Person

NOTHING_ENTERED = "No price was entered: "


def _prices(person: Person, model: str, resolution: str) -> dict[str, UnitPrice]:
    return unit_prices(workspace_id=person.workspace.id, model=model, resolution=resolution)


def test_a_price_opens_the_route_for_both_resolutions(alice: Person):
    said = StringIO()
    call_command("set_price", "pixazo", "0.04", stdout=said)
    assert said.getvalue() == "From now on a picture by pixazo with seedream-4.5 in 2K and 4K costs $0.04.\n"
    for resolution in ("2K", "4K"):
        assert _prices(alice, "seedream-4.5", resolution)["pixazo"] == UnitPrice(cost=40_000, price=50_000)
    assert "pixazo" not in _prices(alice, "seededit-3.0", "2K")


def test_a_price_can_be_of_one_resolution_and_of_the_other_model(alice: Person):
    said = StringIO()
    call_command("set_price", "pixazo", "0.0301", "--resolution", "2K", "--model", "seededit-3.0", stdout=said)
    assert said.getvalue() == "From now on a picture by pixazo with seededit-3.0 in 2K costs $0.0301.\n"
    assert _prices(alice, "seededit-3.0", "2K") == {"pixazo": UnitPrice(cost=30_100, price=37_625)}
    assert _prices(alice, "seededit-3.0", "4K") == {}


@pytest.fixture
def sam(db) -> User:
    return User.objects.create_user("sam@example.com", is_staff=True)


def _refusal(*arguments: str) -> str:
    before = UpstreamPrice.objects.count(), PriceChange.objects.count()
    with pytest.raises(CommandError) as refusal:
        call_command("set_price", *arguments)
    assert (UpstreamPrice.objects.count(), PriceChange.objects.count()) == before
    return str(refusal.value).removeprefix(NOTHING_ENTERED)


def test_a_small_change_needs_nobody_else(alice: Person):
    call_command("set_price", "shortapi", "0.05", "--resolution", "2K", stdout=StringIO())
    assert _prices(alice, "seedream-4.5", "2K")["shortapi"].cost == 50_000


@pytest.mark.django_db
def test_a_large_one_is_refused_without_a_name_or_a_reason(sam: User):
    assert _refusal("shortapi", "0.076") == (
        "it is 2 times the present price of $0.038 in 2K, so a second person must approve it. "
        "Say who asks with --by and why with --reason."
    )
    assert _refusal("shortapi", "0.076", "--by", sam.email) == "Say why in 1 to 300 characters. Nothing was changed."


def test_who_is_not_on_the_staff_asks_for_nothing(alice: Person):
    said = _refusal("shortapi", "0.076", "--by", alice.user.email, "--reason", "their page")
    assert said == "--by names nobody on the staff: 'alice@example.com'."


def test_a_large_one_waits_for_a_second_person_as_on_the_page(sam: User, alice: Person):
    said = StringIO()
    call_command("set_price", "shortapi", "0.38", "--by", "Sam@example.com", "--reason", "their page", stdout=said)
    change = PriceChange.objects.get()
    assert said.getvalue().startswith(f"{change.id} waits, and the price is as before: it is 10 times the present")
    assert (change.asked_by, change.applied_at) == (sam, None)
    assert _prices(alice, "seedream-4.5", "2K")["shortapi"].cost == 38_000
    with pytest.raises(NotBySamePerson):
        approve_change(staff=sam, change_id=change.id)
    approve_change(staff=User.objects.create_user("sue@example.com", is_staff=True), change_id=change.id)
    assert _prices(alice, "seedream-4.5", "2K")["shortapi"].cost == 380_000


def test_a_first_price_needs_nobody_else_unless_a_digit_is_too_many_or_too_few(alice: Person):
    call_command("set_price", "pixazo", "0.08", stdout=StringIO())
    assert _prices(alice, "seedream-4.5", "4K")["pixazo"].cost == 80_000
    for slip in ("0.4", "0.004"):
        assert "Ark’s price of $0.04 in 2K, which looks like a slip of the hand" in _refusal("apipod", slip)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["pixazo", "0"], "the price of one picture is above $0 and at most $100.00, not $0.00."),
        (["pixazo", "-1"], "an amount of dollars cannot be negative."),
        (["pixazo", "NaN"], "not an amount of dollars such as 25.00: 'NaN'."),
        (["pixazo", "0.0000001"], "an amount of dollars has at most six decimals."),
        (["pixazo", "1000000000"], "the price of one picture is above $0 and at most $100.00, not $1000000000.00."),
        (
            ["pixaso", "0.04"],
            "there is no provider 'pixaso'; choose one of shortapi, pixazo, apikley, aimlapi, apipod.",
        ),
        (["ark", "0.04"], "there is no provider 'ark'; choose one of shortapi, pixazo, apikley, aimlapi, apipod."),
        (["pixazo", "0.04", "--resolution", "8K"], "there is no resolution '8K'; choose one of 2K, 4K."),
        (
            ["pixazo", "0.04", "--model", "dall-e"],
            "there is no model 'dall-e'; choose one of seedream-4.5, seededit-3.0.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_entered(arguments: list[str], complaint: str):
    before = UpstreamPrice.objects.count()
    with pytest.raises(CommandError) as refusal:
        call_command("set_price", *arguments)
    assert str(refusal.value) == NOTHING_ENTERED + complaint
    assert UpstreamPrice.objects.count() == before
