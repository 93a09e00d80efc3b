from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, workspaces and keys."""

    name = "accounts"
