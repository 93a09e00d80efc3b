"""`manage.py set_price`, as an operator types it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.facade import UnitPrice, unit_prices
from billing.models import UpstreamPrice
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


def test_a_price_may_double_but_a_digit_too_many_is_refused_unless_it_is_meant(alice: Person):
    call_command("set_price", "shortapi", "0.076", "--resolution", "2K", stdout=StringIO())
    assert _prices(alice, "seedream-4.5", "2K")["shortapi"].cost == 76_000
    for slip in ("0.76", "0.0076"):
        with pytest.raises(CommandError, match=r"looks like a slip of the hand where the price is \$0.076; add --sure"):
            call_command("set_price", "shortapi", slip)
        assert _prices(alice, "seedream-4.5", "2K")["shortapi"].cost == 76_000
    call_command("set_price", "shortapi", "0.76", "--sure", stdout=StringIO())
    assert _prices(alice, "seedream-4.5", "2K")["shortapi"].cost == 760_000


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
