"""The control as JSON, for drivers. No login: it listens on loopback, and pages of elsewhere are turned away."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from billing.fake_stripe.control import BadOrder, Control
from billing.fake_stripe.orders import FAULTS
from billing.fake_stripe.refusals import Refusal, Thing

GUARDED = ("/control/", "/pay/", "/bank/", "/portal/")


class ControlApi:
    """`/control/…`."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def routes(self) -> list[web.RouteDef]:
        """Give the API's paths."""
        does: dict[str, Callable[[Mapping[str, Any]], Thing]] = {
            "faults": self.control.order_fault,
            "act": self.control.act,
            "advance": self.control.advance,
            "endpoint": self.control.point,
            "hold": self.control.hold,
            "release": self.control.release,
            "say": self.control.say,
        }
        return [
            web.get("/control/faults", self.faults),
            web.get("/control/counts", self.counts),
            web.post("/control/reset", self.reset),
            web.post("/control/settle", self.settle),
            *(web.post(f"/control/{name}", _door(act)) for name, act in does.items()),
        ]

    async def faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """List every fault there is, and what it strikes."""
        rows = {
            name: {"strikes": row.strikes, "says": row.says, "options": row.options} for name, row in FAULTS.items()
        }
        return web.json_response(rows)

    async def counts(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Give the counts."""
        return web.json_response(self.control.counts())

    async def reset(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Start afresh."""
        return web.json_response(await self.control.reset())

    async def settle(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Answer when every event on its way has arrived or was given up."""
        await self.control.messenger.settled()
        return web.json_response({"deliveries": self.control.messenger.told()})


@web.middleware
async def from_here(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
    """Turn away what a browser posts on behalf of a page of elsewhere."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin.partition("://")[2] != request.host
    if is_foreign and request.method == "POST" and request.path.startswith(GUARDED):
        return web.json_response({"error": "nothing is taken from other pages"}, status=403)
    return await handler(request)


def _door(act: Callable[[Mapping[str, Any]], Thing]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.json() if request.can_read_body else {}
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return web.json_response({"error": "the body must be a JSON object"}, status=400)
        try:
            return web.json_response(act(body))
        except BadOrder as bad:
            return web.json_response({"error": str(bad), "field": bad.field}, status=400)
        except Refusal as refusal:
            return web.json_response({"error": refusal.message}, status=400)

    return handle
