"""Enter prices; earlier ones stay in the book."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now

from accounts.models import User
from billing.models import UpstreamPrice
from billing.price_book.amounts import Asked, checked
from billing.price_book.known import MODELS, PROVIDERS, RESOLUTIONS, YARDSTICK

NOW = """
SELECT DISTINCT ON (resolution) resolution, amount FROM billing_upstreamprice
WHERE provider = %s AND model = %s AND resolution = ANY(%s) AND valid_from <= statement_timestamp()
ORDER BY resolution, valid_from DESC
"""


def set_price(*, provider: str, model: str, resolutions: Sequence[str], amount: int, source: str) -> None:
    """Enter what a provider asks for one picture from now on, in µ$.

    Raises ValueError for a provider, model or resolution that nobody knows, and for an amount that cannot be meant.
    """
    check_route(provider=provider, model=model, resolutions=resolutions)
    enter(provider=provider, model=model, resolutions=resolutions, asked=checked(Asked(amount)), source=source)


def enter(
    *,
    provider: str,
    model: str,
    resolutions: Sequence[str],
    asked: Asked,
    source: str,
    valid_from: datetime | None = None,
    entered_by: User | None = None,
) -> None:
    """Enter a price that was checked, valid from a moment, or from now on."""
    UpstreamPrice.objects.bulk_create(
        UpstreamPrice(
            provider=provider,
            model=model,
            resolution=resolution,
            amount=asked.amount,
            currency=asked.currency,
            units=asked.units,
            unit_rate=asked.unit_rate,
            valid_from=valid_from or Now(),
            source=source,
            entered_by=entered_by,
        )
        for resolution in resolutions
    )


def check_route(*, provider: str, model: str, resolutions: Sequence[str]) -> None:
    """Raise ValueError for a provider, model or resolution that nobody knows."""
    for word, value, choices in (("provider", provider, PROVIDERS), ("model", model, MODELS)):
        _check_choice(word, value, choices)
    if not resolutions:
        raise ValueError(f"a price is for a resolution: {' or '.join(RESOLUTIONS)}")
    for resolution in resolutions:
        _check_choice("resolution", resolution, RESOLUTIONS)


def prices_now(*, provider: str, model: str, resolutions: Sequence[str]) -> dict[str, int]:
    """Give what a provider asks now by resolution, in µ$; absent where nobody knows. One query."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, [provider, model, list(resolutions)])
        return dict(cursor.fetchall())


def yardsticks(*, model: str, resolutions: Sequence[str]) -> dict[str, int]:
    """Give by resolution what the upstream of all providers asks itself. One query."""
    return prices_now(provider=YARDSTICK, model=model, resolutions=resolutions)


def _check_choice(word: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"there is no {word} {value!r}; choose one of {', '.join(choices)}")
