"""Serve the fake Stripe; see `docs/simulator.md`."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.fake_stripe.server import KEY, WEBHOOK_SECRET, NotHere, Place, serve


class Command(BaseCommand):
    """Speak Stripe's API on loopback, without a bank."""

    help = "Serve a stand-in for Stripe on loopback, for demos and tests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; nothing but loopback")
        parser.add_argument("--port", type=int, default=9200, help="port to listen on; 0 takes a free one")
        parser.add_argument("--key", default="", help="the secret key it takes; otherwise STRIPE_SECRET_KEY")
        parser.add_argument("--webhook-url", default="", help="where events go; none: nowhere")
        parser.add_argument(
            "--webhook-secret", default="", help="what events are signed with; otherwise STRIPE_WEBHOOK_SECRET"
        )
        parser.add_argument("--folder", default="fake_stripe", help="the folder in the data folder that keeps it all")
        parser.add_argument("--memory", action="store_true", help="keep everything in memory, not in a folder")
        parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input ends")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Serve until stopped; the first line on stdout is the address, but for `--verbosity 0`."""
        place = Place(
            host=options["host"],
            port=options["port"],
            key=options["key"] or settings.STRIPE_SECRET_KEY or KEY,
            webhook_url=options["webhook_url"],
            webhook_secret=options["webhook_secret"] or next(iter(settings.STRIPE_WEBHOOK_SECRETS), WEBHOOK_SECRET),
            folder=None if options["memory"] else settings.DATA_DIR / options["folder"],
        )
        say = self._say if options["verbosity"] else lambda _: None
        try:
            asyncio.run(serve(place=place, ready=say, stop_with_stdin=options["stop_with_stdin"]))
        except NotHere as error:
            raise CommandError(f"{error} is no loopback address; nobody else may reach this server.") from error
        except ValueError as error:
            raise CommandError(f"{options['host']} is no address.") from error
        except OSError as error:
            raise CommandError(f"Cannot listen on {place.host}:{place.port}: {error.strerror}.") from error

    def _say(self, address: str) -> None:
        self.stdout.write(f"Fake Stripe: {address}")
        self.stdout.write(f"Payments, faults and events: {address}/control/")
        self.stdout.flush()
