"""AI/ML API's ledger and catalogue, as its OpenAPI documents describe them (commit f14fa72, 2026-08-21).

An entry for each charge and what is given back, newest first, paged by a cursor that is taken only as it was issued.
"""

import base64
import binascii
from collections.abc import Mapping

from aiohttp import web

from editor.simulator import aimlapi
from editor.simulator.aimlapi_logs import LIMITS, number, time
from editor.simulator.books import Line, lines
from editor.simulator.desk import Desk
from editor.simulator.orders import Refusal, Refused

LEDGER_PATH = "/v2/billing/transactions"
CATALOGUE_PATH = "/v1/models"
KNOWN = {"from", "to", "direction", "type", "limit", "cursor"}


def routes(desk: Desk) -> list[web.RouteDef]:
    """Give both paths, below the provider's name. The catalogue needs no key."""

    async def ledger(request: web.Request) -> web.Response:
        desk.asked["transactions"] += 1
        try:
            aimlapi.check_key(request.headers)
            return web.json_response(page(lines(aimlapi.NAME, desk), request.query))
        except Refusal as refusal:
            reply = aimlapi.refused(refusal)
            return web.json_response({**reply.json, "path": LEDGER_PATH}, status=reply.status)

    async def catalogue(request: web.Request) -> web.Response:
        desk.asked["catalogue"] += 1
        wanted = request.query.get("id") in {None, aimlapi.MODEL}
        return web.json_response({"object": "list", "data": [model(desk, request.query)] if wanted else []})

    return [
        web.get(f"/{aimlapi.NAME}{LEDGER_PATH}", ledger),
        web.get(f"/{aimlapi.NAME}{CATALOGUE_PATH}", catalogue),
    ]


def page(booked: list[Line], query: Mapping[str, str]) -> dict[str, object]:
    """Give one page of the charges; raises Refusal."""
    if unknown := sorted(set(query) - KNOWN):
        raise Refusal(Refused.INVALID, f"unknown query parameter {unknown[0]}")
    limit = number(query, "limit", 50)
    if limit not in LIMITS:
        raise Refusal(Refused.INVALID, "limit is 1 to 100")
    start, end = time(query, "from"), time(query, "to")
    if end <= start:
        raise Refusal(Refused.INVALID, "to must be later than from")
    before = _before(query.get("cursor", ""))
    asked = [(number, line) for number, line in enumerate(booked, start=1) if start <= line.at < end]
    asked = [(number, line) for number, line in reversed(asked) if before is None or number < before]
    shown, more = asked[:limit], len(asked) > limit
    return {
        "data": [entry(line) for _, line in shown],
        "pagination": {"next_cursor": _cursor(shown[-1][0]) if more else None, "has_more": more},
    }


def entry(line: Line) -> dict[str, object]:
    """Give a line as the ledger tells it: its amount is positive, its direction says which way."""
    return {
        "created_at": f"{line.at:%Y-%m-%dT%H:%M:%S.000Z}",
        "direction": "CHARGE" if line.usd >= 0 else "REFUND",
        "type": "MODEL_USAGE",
        "amount": {"usd": float(abs(line.usd)), "credits": int(abs(line.usd) * aimlapi.CREDITS_PER_USD)},
        "model": aimlapi.MODEL,
        "reference_id": line.ticket,
    }


def model(desk: Desk, query: Mapping[str, str]) -> dict[str, object]:
    """Give the one model of the catalogue, with its price where that is asked for."""
    found: dict[str, object] = {"id": aimlapi.MODEL, "aliases": [], "type": "image", "info": {}, "tags": []}
    if query.get("include") in {"pricing", "all"}:
        rate = {"price": float(desk.price), "unit": "image", "per": 1}
        found["pricing"] = {"kind": "fixed", "currency": "USD", "units": [rate]}
    return found


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(f"sim:{number}".encode()).decode().rstrip("=")


def _before(cursor: str) -> int | None:
    """Read a cursor back; raises Refusal for one that was not issued in exactly this form."""
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        found = int(text.removeprefix("sim:"))
    except (binascii.Error, ValueError, UnicodeDecodeError) as error:
        raise Refusal(Refused.INVALID, "malformed cursor") from error
    if _cursor(found) != cursor:
        raise Refusal(Refused.INVALID, "malformed cursor")
    return found
