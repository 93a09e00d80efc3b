"""APIPod's estimate is read where it names dollars, and says nothing where it does not."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given

from editor.providers import apipod_pricing
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.errors import ProviderError, Unreadable
from tests.editor.providers.test_every_provider import JSON

ACCOUNT = ProviderAccount("https://api.example.com", "sk-secret-key")


def read(body) -> Decimal:
    return apipod_pricing.read_estimate(HttpResponse(200, {}, json.dumps(body).encode()))


def test_the_request_names_the_model_and_the_quality() -> None:
    assert apipod_pricing.estimate("4K", ACCOUNT) == HttpRequest(
        method="POST",
        url="https://api.example.com/v1/pricing/estimate",
        headers={"Authorization": "Bearer sk-secret-key"},
        json={"model": "seedream-v4.5-edit", "quality": "4K"},
    )


@pytest.mark.parametrize(
    "body",
    [{"data": {"estimated_cost": "0.04", "currency": "USD"}}, {"cost": 0.04}, {"data": {"price": "$0.04"}}],
)
def test_an_amount_of_dollars_is_read(body) -> None:
    assert read(body) == Decimal("0.04")


@pytest.mark.parametrize(
    "body",
    [{}, {"data": {"credits": 8}}, {"cost": 0}, {"cost": -1}, {"cost": "NaN"}, {"cost": "8", "currency": "credits"}],
)
def test_anything_else_is_unreadable(body) -> None:
    with pytest.raises(Unreadable):
        read(body)


@given(JSON)
def test_any_reply_is_read_or_refused(body) -> None:
    with contextlib.suppress(ProviderError):
        read(body)
