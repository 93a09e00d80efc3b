"""The simulator as one HTTP server: every dialect under its provider's name, the control API, the page."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from aiohttp import web

from editor.simulator import aimlapi, aimlapi_billing, aimlapi_logs, apipod, apipod_pricing
from editor.simulator.control import Control
from editor.simulator.control_api import ControlApi, from_here
from editor.simulator.control_forms import ControlForms
from editor.simulator.counter import Counter
from editor.simulator.desk import NO_HABITS, Desk
from editor.simulator.dialects import DIALECTS, HABITS
from editor.simulator.orders import JobState
from editor.simulator.page import page
from editor.simulator.shelf import Shelf
from editor.simulator.statements import Statements
from editor.simulator.studio import Profile, Studio

BODY_BYTES = 64 * 1024 * 1024  # data URIs come in the body


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens and keeps its jobs; port 0 takes a free one, no folder means memory.

    `prices` are in USD for one picture, of those that ask another price than their dialect's.
    """

    host: str = "127.0.0.1"
    port: int = 9100
    folder: Path | None = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)


def build(
    *, profile: Profile, folder: Path | None = None, prices: Mapping[str, Decimal] | None = None
) -> web.Application:
    """Put the server together; jobs that ran when an earlier one died are taken up again."""
    studio = Studio(profile=profile, shelf=Shelf(folder))
    asked = {name: dialect.PRICE for name, dialect in DIALECTS.items()} | dict(prices or {})
    desks = {name: Desk(asked[name], HABITS.get(name, NO_HABITS)) for name in DIALECTS}
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[from_here])
    for name, dialect in DIALECTS.items():
        app.add_routes(Counter(dialect, desks[name], studio).routes())
    app.add_routes([*aimlapi_logs.routes(desks[aimlapi.NAME]), *aimlapi_billing.routes(desks[aimlapi.NAME])])
    app.add_routes(apipod_pricing.routes(desks[apipod.NAME]))
    control = Control(desks, studio)
    app.add_routes([*ControlApi(control).routes(), *ControlForms(control).routes(), *Statements(desks).routes()])

    async def front(request: web.Request) -> web.Response:  # noqa: ARG001
        return page(desks)

    async def take_up(app: web.Application) -> None:  # noqa: ARG001
        for provider, job in studio.shelf.jobs():
            desks[provider].remember(job)
            if job.state is JobState.RUNNING:
                studio.start(job, desk=desks[provider], dialect=DIALECTS[provider])

    async def close(app: web.Application) -> None:  # noqa: ARG001
        await studio.close()

    app.router.add_get("/", front)
    app.on_startup.append(take_up)
    app.on_shutdown.append(close)
    return app


async def serve(*, place: Place, profile: Profile, ready: Callable[[str], None], stop_with_stdin: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, or until standard input ends; `ready` is told the address once it listens."""
    runner = web.AppRunner(
        build(profile=profile, folder=place.folder, prices=place.prices),
        access_log=None,
        handler_cancellation=True,
        shutdown_timeout=1,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, place.host, place.port, backlog=1024)
        await site.start()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        if stop_with_stdin:
            loop.add_reader(sys.stdin, _stop_at_end, stop)
        ready(f"http://{place.host}:{runner.addresses[0][1]}")
        await stop.wait()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()


def _stop_at_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()
