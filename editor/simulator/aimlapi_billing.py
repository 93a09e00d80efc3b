"""AI/ML API's ledger and catalogue, as its OpenAPI documents describe them (commit f14fa72, 2026-08-21).

An entry for each job that was charged, newest first, paged by a cursor that is taken only as it was issued.
"""

import base64
import binascii
from collections.abc import Mapping

from aiohttp import web

from editor.simulator import aimlapi
from editor.simulator.aimlapi_logs import LIMITS, number, time
from editor.simulator.desk import Desk
from editor.simulator.orders import Job, JobState, Refusal, Refused

LEDGER_PATH = "/v2/billing/transactions"
CATALOGUE_PATH = "/v1/models"
KNOWN = {"from", "to", "direction", "type", "limit", "cursor"}


def routes(desk: Desk) -> list[web.RouteDef]:
    """Give both paths, below the provider's name. The catalogue needs no key."""

    async def ledger(request: web.Request) -> web.Response:
        desk.asked["transactions"] += 1
        try:
            aimlapi.check_key(request.headers)
            return web.json_response(page(list(desk.jobs.values()), request.query))
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


def page(jobs: list[Job], query: Mapping[str, str]) -> dict[str, object]:
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
    charged = [
        job
        for job in jobs
        if job.ended_at and start <= job.ended_at < end and job.state is not JobState.FAILED
        if before is None or job.number < before
    ]
    charged.sort(key=lambda job: job.number, reverse=True)
    shown, more = charged[:limit], len(charged) > limit
    return {
        "data": [entry(job) for job in shown],
        "pagination": {"next_cursor": _cursor(shown[-1].number) if more else None, "has_more": more},
    }


def entry(job: Job) -> dict[str, object]:
    """Give a charge as the ledger tells it."""
    return {
        "created_at": f"{job.ended_at:%Y-%m-%dT%H:%M:%S.000Z}",
        "direction": "CHARGE",
        "type": "MODEL_USAGE",
        "amount": {"usd": float(job.amount), "credits": int(job.amount * aimlapi.CREDITS_PER_USD)},
        "model": aimlapi.MODEL,
        "reference_id": job.id,
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
