from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BillingConfig(AppConfig):
    """Credit, prices and costs."""

    name = "billing"

    def ready(self) -> None:
        """Have the known prices and plans entered whenever the tables have been made or emptied."""
        from billing.price_book import enter_known_prices
        from billing.services.enter_known_plans import enter_known_plans

        post_migrate.connect(enter_known_plans, sender=self, dispatch_uid="billing.known_plans")
        post_migrate.connect(enter_known_prices, sender=self, dispatch_uid="billing.known_prices")
