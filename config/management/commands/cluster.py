"""Run one django-q2 cluster."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_q.conf import Conf

from config.embedded.lineage import bind_every_fork
from config.env import ROOT, child_env

GIVES_WAY = 5  # somebody waits for every answer of the web server on the same cores; nobody does for a wave's


class Command(BaseCommand):
    """Work through one queue until SIGTERM; `up` runs one for each."""

    help = "Run the django-q2 cluster of one queue: default or waves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("name", choices=settings.QUEUES)

    def handle(self, *, name: str, **options: Any) -> None:  # noqa: ARG002
        """Run until told to stop."""
        if name != Conf.CLUSTER_NAME:  # django-q2 read its name from the environment when it was imported
            arguments = [sys.executable, str(ROOT / "manage.py"), "cluster", name]
            os.execve(sys.executable, arguments, child_env(Q_CLUSTER_NAME=name))  # noqa: S606
        bind_every_fork()
        os.nice(GIVES_WAY)
        from config.cluster import StrictCluster

        if not StrictCluster().run():
            raise CommandError(f"The cluster {name} lost one of its processes.", returncode=1)
