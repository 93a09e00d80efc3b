from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, doors and the commands that run everything."""

    name = "config"

    def ready(self) -> None:
        """Register our system checks."""
        from config import checks  # noqa: F401
