from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Credit, prices and costs."""

    name = "billing"
