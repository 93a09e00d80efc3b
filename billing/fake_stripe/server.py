"""The fake Stripe as one HTTP server on loopback: the API, the hosted pages, the control, the webhooks."""

import asyncio
import contextlib
import ipaddress
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from billing.fake_stripe.api import Api
from billing.fake_stripe.control import Control
from billing.fake_stripe.control_api import ControlApi, from_here
from billing.fake_stripe.control_forms import ControlForms
from billing.fake_stripe.messenger import Endpoint, Messenger
from billing.fake_stripe.pages.doors import Doors
from billing.fake_stripe.pages.portal_doors import PortalDoors
from billing.fake_stripe.shop import Shop

CONTROL = web.AppKey("CONTROL", Control)
KEY = "sk_test_simulated"
WEBHOOK_SECRET = "whsec_simulated"  # noqa: S105


class NotHere(ValueError):
    """The address is no loopback address: nobody else may reach a server without a login."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens, the key it takes, where its events go and where it is kept; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 9200
    key: str = field(default=KEY, repr=False)
    webhook_url: str = ""
    webhook_secret: str = field(default=WEBHOOK_SECRET, repr=False)
    folder: Path | None = None
    address: str = ""  # as browsers reach it, when that is another name


def build(place: Place) -> tuple[web.Application, Shop]:
    """Put the server together."""
    shop = Shop(folder=place.folder)
    endpoint = Endpoint(place.webhook_url, place.webhook_secret) if place.webhook_url else None
    messenger = Messenger(shop, endpoint)
    control = Control(shop, messenger)
    app = web.Application(middlewares=[from_here])
    app[CONTROL] = control
    app.add_routes([*Api(shop, place.key).routes(), *Doors(shop).routes(), *PortalDoors(shop).routes()])
    app.add_routes([*ControlApi(control).routes(), *ControlForms(control).routes()])

    async def send_what_waits(app: web.Application) -> None:  # noqa: ARG001
        for event in reversed(shop.all("event")):
            if event["pending_webhooks"]:
                messenger.deliver(event)

    async def close(app: web.Application) -> None:  # noqa: ARG001
        await messenger.close()
        shop.save()

    app.on_startup.append(send_what_waits)
    app.on_shutdown.append(close)
    return app, shop


async def listen(place: Place) -> tuple[web.AppRunner, str]:
    """Begin to serve; gives the runner, to be cleaned up, and the address. Raises NotHere and OSError."""
    if not ipaddress.ip_address(place.host).is_loopback:
        raise NotHere(place.host)
    app, shop = build(place)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, place.host, place.port).start()
    host = f"[{place.host}]" if ":" in place.host else place.host
    shop.address = place.address or f"http://{host}:{runner.addresses[0][1]}"
    return runner, shop.address


async def serve(*, place: Place, ready: Callable[[str], None], stop_with_stdin: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, or until standard input ends; `ready` is told the address once it listens."""
    runner, address = await listen(place)
    try:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        if stop_with_stdin:
            loop.add_reader(sys.stdin, _stop_at_end, stop)
        ready(address)
        await stop.wait()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()


def _stop_at_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()
