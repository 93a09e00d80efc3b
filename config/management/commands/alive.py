"""Say whether the clusters and the sweeper of this machine do their work; for container health checks."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.signs import read_signs, suspects


class Command(BaseCommand):
    """Judge by the same signs as `up`: beats in the database that come only while work goes through."""

    help = "Exit with 1 when a part of this machine shows no sign of life: default, waves, sweeper; all without a name."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(settings.QUEUES)} or sweeper")

    def handle(self, *, parts: list[str], **options: Any) -> None:  # noqa: ARG002
        """Look once; the one who asks decides how many bad answers in a row are too many."""
        known = {**{queue: f"cluster {queue}" for queue in settings.QUEUES}, "sweeper": "sweeper"}
        if unknown := sorted(set(parts) - set(known)):
            raise CommandError(f"There is no part {', '.join(unknown)}; there are {', '.join(known)}.")
        stalled = suspects([known[part] for part in parts or known], read_signs())
        if stalled is None:
            raise CommandError("The database does not answer.")
        if stalled:
            raise CommandError("; ".join(f"{name}: {why}" for name, why in stalled.items()))
        self.stdout.write("alive")
