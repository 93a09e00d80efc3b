from contextlib import suppress
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    """Settings, doors and the commands that run everything."""

    name = "config"

    def ready(self) -> None:
        """Register our system checks, and make the folder that files are received in: a check of Django's looks."""
        from config import checks, walls  # noqa: F401

        walls.connect()
        with suppress(OSError):  # told by that check, and by whoever needs the data folder
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)


class OurStaticFilesConfig(StaticFilesConfig):
    """Collect no htmx extension: we use none, and some name files that do not exist, which hashing refuses."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
