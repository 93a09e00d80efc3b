from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, doors and the commands that run everything."""

    name = "config"
