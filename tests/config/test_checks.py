"""Settings that would fail later are named at the start."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from config.env import INSECURE_SECRET_KEY, ProviderEnv


def found(**settings: Any) -> list[str]:
    with override_settings(**settings):
        return [message.id or "" for message in run_checks(tags=["pentimento"])]


def test_our_own_settings_are_fine() -> None:
    assert found() == []


def test_a_point_to_die_at_that_does_not_exist_is_refused() -> None:
    assert found(CRASH_AT="after_pots") == ["pentimento.E007"]
    assert found(CRASH_AT="after_post") == []


@pytest.mark.parametrize("key", [INSECURE_SECRET_KEY, "short"])
def test_a_secret_key_that_others_may_know_is_refused(key: str) -> None:
    assert found(SECRET_KEY=key) == ["pentimento.E001"]


def test_the_debugging_key_is_fine_for_debugging() -> None:
    assert found(SECRET_KEY=INSECURE_SECRET_KEY, DEBUG=True) == []


@pytest.mark.parametrize(
    "url", ["https://pictures.example.com", "http://10.0.0.7:8000", "http://localhost.example.com"]
)
def test_debugging_is_refused_where_others_reach_us(url: str) -> None:
    assert found(DEBUG=True, PUBLIC_BASE_URL=url, ALLOWED_HOSTS=[]) == ["pentimento.E006"]
    assert found(DEBUG=False, PUBLIC_BASE_URL=url, ALLOWED_HOSTS=[]) == []


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_debugging_is_fine_on_ones_own_machine(url: str) -> None:
    assert found(DEBUG=True, PUBLIC_BASE_URL=url, ALLOWED_HOSTS=[]) == []


def test_an_address_that_we_would_not_answer_is_refused() -> None:
    assert found(PUBLIC_BASE_URL="https://pictures.example.com", ALLOWED_HOSTS=["www.example.com"]) == [
        "pentimento.E002"
    ]
    assert found(PUBLIC_BASE_URL="https://pictures.example.com:8443", ALLOWED_HOSTS=[".example.com"]) == []
    assert found(PUBLIC_BASE_URL="http://[::1]:8000", ALLOWED_HOSTS=["[::1]"]) == []


def test_a_network_that_is_none_is_refused() -> None:
    assert found(EGRESS_ALLOW_CIDRS=("127.0.0.0/8", "10.0.0.1/8")) == ["pentimento.E003"]


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("", []),
        ("https://api.example.com", []),
        ("http://127.0.0.1:9100/shortapi", []),
        ("http://10.0.0.7:9100", []),
        ("http://api.example.com", ["pentimento.W001"]),
        ("api.example.com", ["pentimento.E004"]),
    ],
)
def test_a_providers_key_does_not_travel_in_the_clear(url: str, ids: list[str]) -> None:
    provider = ProviderEnv(base_url=url, api_key="key", result_hosts=())
    assert found(PROVIDERS={"shortapi": provider}, EGRESS_ALLOW_CIDRS=("10.0.0.0/8",)) == ids


STRIPE = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRETS": ("whsec_x",)}


@pytest.mark.parametrize("base", ["", "https://stripe.example.com", "http://127.0.0.1:9200"])
def test_stripe_itself_and_a_stand_in_on_this_machine_are_fine(base: str) -> None:
    assert found(**STRIPE, STRIPE_API_BASE=base) == []


@pytest.mark.parametrize("base", ["ftp://127.0.0.1", "stripe.example.com", "https://stripe.example.com/v1"])
def test_an_address_of_stripes_that_is_none_is_refused(base: str) -> None:
    assert found(**STRIPE, STRIPE_API_BASE=base) == ["pentimento.E012"]


def test_stripes_key_does_not_travel_unencrypted() -> None:
    assert found(**STRIPE, STRIPE_API_BASE="http://stripe.example.com") == ["pentimento.E013"]


@pytest.mark.parametrize("missing", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS"])
def test_half_of_what_stripe_needs_is_named(missing: str) -> None:
    assert found(**STRIPE | {missing: ""}) == ["pentimento.W003"]
