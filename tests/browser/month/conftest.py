"""What a whole month needs: clocks that can be set, all five providers, and Stripe; both are threads of ours."""

import asyncio
import threading
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from editor.providers.registry import PROVIDERS
from editor.simulator.latency import Latency
from editor.simulator.server import build
from editor.simulator.studio import Profile
from tests.browser.month.clock import Clock, set_to
from tests.conftest import simulate
from tests.fake_stripe_fixture import FakeStripe
from tests.simulator_fixture import Simulator

WORK = Profile(latency=Latency(mean=0.05), flat=True, limits=False)


@pytest.fixture
def clock(transactional_db: None) -> Iterator[Clock]:
    """It is the morning of 1 October 2026; to be asked for before anybody who lives in that time."""
    with set_to(datetime(2026, 10, 1, 8, tzinfo=UTC)) as clock:
        yield clock


@pytest.fixture
def vendors(clock: Clock, settings: Any) -> Iterator[Simulator]:
    """All five providers are on, and are the simulator: a thread of this process, so that its clock is the test's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="vendors", daemon=True)
    thread.start()

    async def open_shop() -> web.AppRunner:
        runner = web.AppRunner(build(profile=WORK), access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(open_shop(), loop).result(timeout=10)
    simulator = Simulator(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield simulate(simulator, settings, *PROVIDERS)
    simulator.close()
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.close()


@pytest.fixture
def stripe(clock: Clock, fake_stripe: FakeStripe, settings: Any, live_server: Any) -> FakeStripe:
    """Stripe is on, is the fake, and posts its signed events to our door."""
    settings.PUBLIC_BASE_URL = live_server.url
    settings.STRIPE_API_BASE = fake_stripe.url
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = fake_stripe.key, (fake_stripe.webhook_secret,)
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = [*policy["DIRECTIVES"]["form-action"], fake_stripe.url]
    settings.CONTENT_SECURITY_POLICY = policy
    fake_stripe.point(f"{live_server.url}/stripe/webhook")
    return fake_stripe
