"""APIPod's estimate: the path is documented (introduction.mdx, read 2026-11), both bodies are made up."""

from aiohttp import web

from editor.simulator import apipod
from editor.simulator.asked import choice
from editor.simulator.desk import Desk
from editor.simulator.orders import Refusal
from editor.simulator.upstream import opened

PATH = "/v1/pricing/estimate"


def routes(desk: Desk) -> list[web.RouteDef]:
    """Give the path, below the provider's name."""

    async def estimate(request: web.Request) -> web.Response:
        desk.asked["estimates"] += 1
        try:
            apipod.check_key(request.headers)
            given = opened(await request.json())
            choice(given, "model", {apipod.MODEL: apipod.MODEL}, apipod.MODEL)
            choice(given, "quality", apipod.QUALITIES, "2K")
        except Refusal as refusal:
            reply = apipod.refused(refusal)
            return web.json_response(dict(reply.json), status=reply.status)
        data = {"model": apipod.MODEL, "estimated_cost": str(desk.price), "currency": "USD"}
        return web.json_response({"code": 200, "message": "success", "data": data})

    return [web.post(f"/{apipod.NAME}{PATH}", estimate)]
