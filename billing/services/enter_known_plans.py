"""Enter the plans that are offered from the start."""

from typing import Any

from django.apps import apps as apps_of_today
from django.apps.registry import Apps

from billing.money import MICRO

# Code, name, µ$ a month, µ$ of credit a month, markup in parts per million; None: the default.
KNOWN_PLANS = (
    ("starter", "Starter", 19 * MICRO, 20 * MICRO, None),
    ("studio", "Studio", 49 * MICRO, 55 * MICRO, 220_000),
    ("agency", "Agency", 199 * MICRO, 225 * MICRO, 200_000),
)


def enter_known_plans(*, using: str, apps: Apps = apps_of_today, **_: Any) -> None:
    """Enter them after every migrate and flush; those that stand are left alone."""
    try:
        model: Any = apps.get_model("billing", "Plan")
    except LookupError:  # migrated back to before there were plans
        return
    model.objects.using(using).bulk_create(
        [
            model(code=code, name=name, price=price, credit=credit, markup_ppm=markup)
            for code, name, price, credit, markup in KNOWN_PLANS
        ],
        ignore_conflicts=True,
    )
