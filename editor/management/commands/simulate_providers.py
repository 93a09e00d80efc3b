"""Serve the simulated providers; see `docs/simulator.md`."""

import asyncio
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from editor.simulator.control import is_price
from editor.simulator.dialects import DIALECTS
from editor.simulator.latency import Latency, Spread
from editor.simulator.server import Place, serve
from editor.simulator.studio import Profile


class Command(BaseCommand):
    """Speak the providers' dialects on loopback, without a model, a database or a bill."""

    help = "Serve stand-ins for the upstream providers on loopback, for demos, drills and load tests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (loopback)")
        parser.add_argument("--port", type=int, default=9100, help="port to listen on; 0 takes a free one")
        parser.add_argument("--latency", type=float, default=4.5, help="seconds a job takes on average")
        parser.add_argument("--profile", choices=list(Spread), default="even", help="how these seconds vary")
        parser.add_argument("--seed", type=int, help="let them vary alike every time")
        parser.add_argument("--render", choices=["edit", "flat"], default="edit", help="flat: plain pictures at once")
        parser.add_argument(
            "--price", action="append", default=[], metavar="NAME=USD", help="what a picture costs there"
        )
        parser.add_argument("--no-limits", action="store_true", help="take any number of new orders at once")
        parser.add_argument("--folder", default="simulator", help="the folder in the data folder that keeps the jobs")
        parser.add_argument("--memory", action="store_true", help="keep jobs in memory, not in a folder")
        parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input ends")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Serve until stopped; the first line on stdout is the address, but for `--verbosity 0`."""
        place = Place(
            host=options["host"],
            port=options["port"],
            folder=None if options["memory"] else settings.DATA_DIR / options["folder"],
            prices=dict(map(_price, options["price"])),
        )
        latency = Latency(max(0.0, options["latency"]), Spread(options["profile"]), options["seed"])
        way = Profile(latency=latency, flat=options["render"] == "flat", limits=not options["no_limits"])
        say = self._say if options["verbosity"] else lambda _: None
        try:
            asyncio.run(serve(place=place, profile=way, ready=say, stop_with_stdin=options["stop_with_stdin"]))
        except OSError as error:
            raise CommandError(f"Cannot listen on {place.host}:{place.port}: {error.strerror}.") from error

    def _say(self, address: str) -> None:
        self.stdout.write(f"Simulated providers: {address}")
        self.stdout.write(f"Counts, faults and latency: {address}/control/")
        self.stdout.flush()


def _price(text: str) -> tuple[str, Decimal]:
    name, _, usd = text.partition("=")
    if name not in DIALECTS or not is_price(usd):
        raise CommandError(f"--price is one of {', '.join(DIALECTS)} with USD for one picture, such as apipod=0.04.")
    return name, Decimal(usd)
