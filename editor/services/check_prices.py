"""Ask the providers that publish prices what a picture costs there now, and compare that with the price book."""

from decimal import ROUND_CEILING, Decimal

import structlog

from billing import facade
from billing.money import MICRO
from editor.domain import Model, Resolution
from editor.provider_accounts import is_on
from editor.providers import aimlapi_billing, apipod_pricing
from editor.providers.base import ProviderAccount
from editor.providers.errors import ProviderError
from editor.services.ask_provider import Send, ask_provider

log = structlog.get_logger(__name__)


def check_prices() -> int:
    """Tell how many published prices differ from the book; each is an item of the cost review.

    A provider that does not answer, or not with a price, is passed over and logged.
    """
    differ = 0
    for name, conversation, source in (
        ("aimlapi", _aimlapi, "GET /v1/models?include=pricing"),
        ("apipod", _apipod, "POST /v1/pricing/estimate"),
    ):
        if not is_on(name):
            continue
        try:
            usd = ask_provider(name, conversation)
        except ProviderError as error:
            log.warning("price_not_read", provider=name, why=error.message)
            continue
        amount = int((usd * MICRO).to_integral_value(ROUND_CEILING))
        differ += facade.note_published_price(
            provider=name, model=Model.SEEDREAM_45.value, amount=amount, source=source
        )
    return differ + facade.watch_reported_prices()


async def _aimlapi(send: Send, account: ProviderAccount) -> Decimal:
    response = await send(aimlapi_billing.price(Model.SEEDREAM_45, account))
    return aimlapi_billing.read_price(response, Model.SEEDREAM_45)


async def _apipod(send: Send, account: ProviderAccount) -> Decimal:
    prices = [
        apipod_pricing.read_estimate(await send(apipod_pricing.estimate(resolution, account)))
        for resolution in (Resolution.TWO_K, Resolution.FOUR_K)
    ]
    return max(prices)
