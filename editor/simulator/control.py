"""The control API by which a driver orders faults, reads the counts and starts afresh. Loopback only, no login."""

from typing import Any

from aiohttp import web

from editor.simulator.desk import Desk
from editor.simulator.faults import FAULTS, Ordered
from editor.simulator.studio import Profile, Studio


class Control:
    """`/control/…`: faults, counts, profile, reset."""

    def __init__(self, desks: dict[str, Desk], studio: Studio) -> None:
        self.desks = desks
        self.studio = studio
        self._profile = studio.profile

    def routes(self) -> list[web.RouteDef]:
        """Give the control paths."""
        return [
            web.get("/control/faults", self.faults),
            web.post("/control/faults", self.order_fault),
            web.get("/control/counts", self.counts),
            web.post("/control/profile", self.change_profile),
            web.post("/control/reset", self.reset),
        ]

    async def faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """List every fault there is, and where it strikes."""
        return web.json_response(
            {name: {"stage": f.stage, "says": f.says, "takes_order": f.takes_order} for name, f in FAULTS.items()}
        )

    async def order_fault(self, request: web.Request) -> web.Response:
        """Order `{"provider", "fault", "times"?: n | null, "options"?: {…}}` for the next paid requests or polls."""
        body = await _body(request)
        provider, name, times = body.get("provider"), body.get("fault"), body.get("times", 1)
        if provider not in self.desks:
            return _bad("provider", f"one of {', '.join(self.desks)}")
        if name not in FAULTS:
            return _bad("fault", f"one of {', '.join(FAULTS)}")
        if times is not None and (type(times) is not int or times < 1):
            return _bad("times", "a whole number from 1, or null for until reset")
        options = body.get("options", {})
        if not isinstance(options, dict):
            return _bad("options", "an object")
        if name == "price_change" and not _is_price(options.get("amount")):
            return _bad("options.amount", "a price in USD such as 0.05")
        self.desks[str(provider)].faults.order(
            Ordered(str(name), times, {key: str(value) for key, value in options.items()})
        )
        return web.json_response({"ordered": name})

    async def counts(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Say what each provider was asked, what it made and what it would have billed."""
        return web.json_response({name: desk.counts() for name, desk in self.desks.items()})

    async def change_profile(self, request: web.Request) -> web.Response:
        """Change `{"latency"?: seconds, "render"?: "edit" | "flat", "limits"?: bool}` until reset."""
        body = await _body(request)
        latency = body.get("latency", self.studio.profile.latency)
        render = body.get("render", "flat" if self.studio.profile.flat else "edit")
        limits = body.get("limits", self.studio.profile.limits)
        if not isinstance(limits, bool):
            return _bad("limits", "true or false")
        if not isinstance(latency, int | float) or not 0 <= latency <= 3600:  # noqa: PLR2004
            return _bad("latency", "seconds from 0 to 3600")
        if render not in ("edit", "flat"):
            return _bad("render", "edit or flat")
        self.studio.profile = Profile(latency=float(latency), flat=render == "flat", limits=limits)
        return web.json_response({"latency": latency, "render": render, "limits": limits})

    async def reset(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Forget jobs, pictures, counts and faults; go back to the profile of the start."""
        await self.studio.stop_jobs()
        self.studio.shelf.clear()
        self.studio.profile = self._profile
        for desk in self.desks.values():
            desk.clear()
        return web.json_response({"reset": True})


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text='{"error": "the body must be a JSON object"}', content_type="application/json")
    return body


def _bad(field: str, wanted: str) -> web.Response:
    return web.json_response({"error": f"{field} must be {wanted}", "field": field}, status=400)


def _is_price(text: object) -> bool:
    whole, _, part = str(text).partition(".")
    return whole.isdecimal() and (part.isdecimal() or not part) and len(str(text)) < 12  # noqa: PLR2004
