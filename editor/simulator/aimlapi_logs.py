"""AI/ML API's log of requests, as logs-v2.json describes it (commit f14fa72, 2026-08-21): a row for each that ended.

Requests that were refused before a job was made are left out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web

from editor.simulator import aimlapi
from editor.simulator.desk import Desk
from editor.simulator.orders import Job, JobState, Refusal, Refused

PATH = "/v2/logs"
LIMITS = range(1, 101)


def routes(desk: Desk) -> list[web.RouteDef]:
    """Give the log's path, below the provider's name."""

    async def logs(request: web.Request) -> web.Response:
        desk.asked["logs"] += 1
        try:
            aimlapi.check_key(request.headers)
            answer = page(list(desk.jobs.values()), request.query)
        except Refusal as refusal:
            reply = aimlapi.refused(refusal)
            return web.json_response({**reply.json, "path": PATH}, status=reply.status)
        return web.json_response(answer)

    return [web.get(f"/{aimlapi.NAME}{PATH}", logs)]


def page(jobs: list[Job], query: Mapping[str, str]) -> dict[str, object]:
    """Give one page of the requests made in the window, newest first; raises Refusal."""
    start, end = time(query, "start"), time(query, "end")
    limit, offset = number(query, "limit", 50), number(query, "offset", 0)
    if limit not in LIMITS or end < start:
        raise Refusal(Refused.INVALID, "limit is 1 to 100, and end is not earlier than start")
    made = [job for job in jobs if job.ended_at and start <= job.made_at <= end]
    made.sort(key=lambda job: job.number, reverse=True)
    more = len(made) > offset + limit
    return {
        "data": [row(job) for job in made[offset : offset + limit]],
        "pagination": {"limit": limit, "offset": offset, "total": len(made), "has_more": more},
    }


def row(job: Job) -> dict[str, object]:
    """Give a request as the log tells it; a failed one is billed nothing."""
    failed = job.state is JobState.FAILED
    credits_used = 0 if failed else int(job.amount * aimlapi.CREDITS_PER_USD)
    return {
        "created": f"{job.made_at:%Y-%m-%dT%H:%M:%S.000Z}",
        "status": "failed" if failed else "succeeded",
        "origin": "api",
        "model": aimlapi.MODEL,
        "cost": {"usd": credits_used / aimlapi.CREDITS_PER_USD, "credits": credits_used},
        "tokens": {"input": 0, "output": 0, "total": 0},
        "request_id": f"req-{job.id}",
        "inference_id": job.id,
        "client_request_id": job.client_id or None,
    }


def time(query: Mapping[str, str], name: str) -> datetime:
    """Give a moment that was asked for, in UTC where nothing else is said; raises Refusal."""
    try:
        moment = datetime.fromisoformat(query[name])
    except (KeyError, ValueError) as error:
        raise Refusal(Refused.INVALID, f"{name} must be given, in ISO-8601") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def number(query: Mapping[str, str], name: str, default: int) -> int:
    """Give a whole number that was asked for; raises Refusal."""
    text = query.get(name, str(default))
    if not text.isdecimal():
        raise Refusal(Refused.INVALID, f"{name} must be a whole number")
    return int(text)
