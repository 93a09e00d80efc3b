"""The price book: what one picture costs upstream since when, and what it sells for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as apps_of_today
from django.db import connection
from django.db.models.functions import Now

from billing.models import UpstreamPrice
from billing.models.prices import DEFAULT_MARKUP_PPM, WorkspaceTerms
from billing.money import MICRO, format_short, with_markup

PROVIDERS = ("shortapi", "pixazo", "apikley", "aimlapi", "apipod")  # as in the editor, which billing doesn't know
MODELS = ("seedream-4.5", "seededit-3.0")
RESOLUTIONS = ("2K", "4K")
LARGEST_PRICE = 100 * MICRO  # a hundred dollars for one picture is a typo

# Seedream 4.5 was published then; the documents give no date of their own. AI/ML API names one price for all sizes,
# ShortAPI makes 2K only. Ark is the upstream of all five: a yardstick, never routed.
SINCE = datetime(2025, 12, 1, tzinfo=UTC)
KNOWN_PRICES = (
    ("shortapi", "2K", 38_000, "ShortAPI's page of Seedream 4.5, read November 2026"),
    ("aimlapi", "2K", 42_000, "AI/ML API's document of Seedream 4.5: 84,000 credits at 2,000,000 to the dollar"),
    ("aimlapi", "4K", 42_000, "AI/ML API's document of Seedream 4.5: 84,000 credits at 2,000,000 to the dollar"),
    ("ark", "2K", 40_000, "BytePlus ModelArk's price list: a reference, never routed"),
    ("ark", "4K", 40_000, "BytePlus ModelArk's price list: a reference, never routed"),
)

UNIT_PRICES = """
SELECT DISTINCT ON (price.provider) price.provider, price.amount, coalesce(terms.markup_ppm, %(markup)s)
FROM billing_upstreamprice price
LEFT JOIN billing_workspaceterms terms ON terms.workspace_id = %(workspace)s
WHERE price.provider = ANY(%(providers)s) AND price.model = %(model)s AND price.resolution = %(resolution)s
AND price.valid_from <= statement_timestamp()
ORDER BY price.provider, price.valid_from DESC
"""


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one picture is expected to cost us, and what it sells for to one workspace."""

    cost: int
    price: int


def unit_prices(*, workspace_id: str, model: str, resolution: str) -> dict[str, UnitPrice]:
    """Give the price of one picture now, by provider; a provider without a known price is absent. One query."""
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "providers": list(PROVIDERS),
        "model": model,
        "resolution": resolution,
        "markup": DEFAULT_MARKUP_PPM,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNIT_PRICES, values)
        return {name: UnitPrice(cost, with_markup(cost, markup)) for name, cost, markup in cursor.fetchall()}


def markup_ppm(workspace_id: str) -> int:
    """Give a workspace's markup in parts per million over the cost. One query."""
    own = WorkspaceTerms.objects.filter(workspace_id=workspace_id).values_list("markup_ppm", flat=True).first()
    return DEFAULT_MARKUP_PPM if own is None else own


def set_price(*, provider: str, model: str, resolutions: Sequence[str], amount: int, source: str) -> None:
    """Enter what a provider asks for one picture from now on, in µ$; earlier prices stay in the book.

    Raises ValueError for a provider, model or resolution that nobody knows, and for an amount that cannot be meant.
    """
    for word, value, choices in (("provider", provider, PROVIDERS), ("model", model, MODELS)):
        _check_choice(word, value, choices)
    for resolution in resolutions:
        _check_choice("resolution", resolution, RESOLUTIONS)
    if not 0 < amount <= LARGEST_PRICE:
        raise ValueError(
            f"the price of one picture is above $0 and at most ${format_short(LARGEST_PRICE)}, "
            f"not ${format_short(amount)}"
        )
    UpstreamPrice.objects.bulk_create(
        UpstreamPrice(
            provider=provider, model=model, resolution=resolution, amount=amount, valid_from=Now(), source=source
        )
        for resolution in resolutions
    )


def enter_known_prices(*, using: str, apps: Apps = apps_of_today, **_: Any) -> None:
    """Enter the prices known from documents, after every migrate and flush; those that stand are left alone."""
    try:
        model: Any = apps.get_model("billing", "UpstreamPrice")
    except LookupError:  # migrated back to before there was a price book
        return
    model.objects.using(using).bulk_create(
        [
            model(
                provider=provider, model="seedream-4.5", resolution=resolution, amount=amount, valid_from=SINCE,
                source=source,
            )
            for provider, resolution, amount, source in KNOWN_PRICES
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _check_choice(word: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"there is no {word} {value!r}; choose one of {', '.join(choices)}")
