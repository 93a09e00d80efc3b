from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    """Settings, doors and the commands that run everything."""

    name = "config"

    def ready(self) -> None:
        """Register our system checks."""
        from config import checks  # noqa: F401


class OurStaticFilesConfig(StaticFilesConfig):
    """Collect no htmx extension: we use none, and some name files that do not exist, which hashing refuses."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
