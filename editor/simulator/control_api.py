"""The control as JSON, for drivers. No login: it listens on loopback, and pages of elsewhere are turned away."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from editor.simulator.control import BadOrder, Control
from editor.simulator.faults import FAULTS


class ControlApi:
    """`/control/…`: faults, counts, profile, reset."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def routes(self) -> list[web.RouteDef]:
        """Give the API's paths."""
        return [
            web.get("/control/faults", self.faults),
            web.get("/control/counts", self.counts),
            web.post("/control/faults", self.order_fault),
            web.post("/control/profile", self.change_profile),
            web.post("/control/reset", self.reset),
        ]

    async def faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """List every fault there is, and where it strikes."""
        return web.json_response(
            {
                name: {"stage": row.stage, "says": row.says, "takes_order": row.takes_order, "options": row.options}
                for name, row in FAULTS.items()
            }
        )

    async def counts(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Give the counts."""
        return web.json_response(self.control.counts())

    async def order_fault(self, request: web.Request) -> web.Response:
        """Order a fault."""
        return await _do(request, self.control.order_fault)

    async def change_profile(self, request: web.Request) -> web.Response:
        """Change how it works."""
        return await _do(request, self.control.change_profile)

    async def reset(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Start afresh."""
        return web.json_response(await self.control.reset())


@web.middleware
async def from_here(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
    """Turn away what a browser posts to the control on behalf of a page of elsewhere."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin.partition("://")[2] != request.host
    if is_foreign and request.method == "POST" and request.path.startswith("/control/"):
        return web.json_response({"error": "the control takes nothing from other pages"}, status=403)
    return await handler(request)


async def _do(request: web.Request, act: Callable[[Mapping[str, object]], dict[str, object]]) -> web.Response:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return web.json_response({"error": "the body must be a JSON object"}, status=400)
    try:
        return web.json_response(act(body))
    except BadOrder as bad:
        return web.json_response({"error": str(bad), "field": bad.field}, status=400)
