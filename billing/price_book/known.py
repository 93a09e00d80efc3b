"""What there are prices of, and those that are known from documents."""

from datetime import UTC, datetime
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as apps_of_today

PROVIDERS = ("shortapi", "pixazo", "apikley", "aimlapi", "apipod")  # as in the editor, which billing doesn't know
MODELS = ("seedream-4.5", "seededit-3.0")
RESOLUTIONS = ("2K", "4K")
# How well a provider shows what it charges: A in dollars, B and C in figures that need care, D only in units.
EVIDENCE = {"aimlapi": "A", "apipod": "B", "shortapi": "C", "pixazo": "D", "apikley": "D"}
YARDSTICK = "ark"  # the upstream of all five: a reference, never routed

# Seedream 4.5 was published then; the documents give no date of their own. AI/ML API names one price for all sizes,
# ShortAPI makes 2K only.
SINCE = datetime(2025, 12, 1, tzinfo=UTC)
KNOWN_PRICES = (
    ("shortapi", "2K", 38_000, "ShortAPI's page of Seedream 4.5, read November 2026"),
    ("aimlapi", "2K", 42_000, "AI/ML API's document of Seedream 4.5: 84,000 credits at 2,000,000 to the dollar"),
    ("aimlapi", "4K", 42_000, "AI/ML API's document of Seedream 4.5: 84,000 credits at 2,000,000 to the dollar"),
    (YARDSTICK, "2K", 40_000, "BytePlus ModelArk's price list: a reference, never routed"),
    (YARDSTICK, "4K", 40_000, "BytePlus ModelArk's price list: a reference, never routed"),
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
