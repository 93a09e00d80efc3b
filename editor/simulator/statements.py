"""Statements as files, out of each provider's own books: what staff import when a month is closed.

Only AI/ML API documents its books (`aimlapi_billing.py`). The others publish no export; these columns are those that
Pentimento's import names (`billing/reconciliation/columns.py`). Pixazo's ids are its own: its answers name none.
"""

import csv
import io
from collections import Counter
from datetime import UTC, datetime

from aiohttp import web

from editor.simulator import books
from editor.simulator.desk import Desk

JOB = {
    "shortapi": "job_id",
    "pixazo": "request_id",
    "apikley": "taskId",
    "aimlapi": "reference_id",
    "apipod": "task_id",
}
MONTH = "%Y-%m"


class Statements:
    """`/control/statements`: the months there are, the errors that were put in, and a month's file."""

    def __init__(self, desks: dict[str, Desk]) -> None:
        self.desks = desks

    def routes(self) -> list[web.RouteDef]:
        """Give the paths."""
        return [
            web.get("/control/statements", self.overview),
            web.get("/control/statements/{provider}.csv", self.file),
        ]

    async def overview(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Say of each provider how many lines each month has, and what is wrong on them."""
        return web.json_response({name: overview(name, desk) for name, desk in self.desks.items()})

    async def file(self, request: web.Request) -> web.Response:
        """Give a month's statement; the month is one such as 2026-10."""
        name, month = request.match_info["provider"], request.query.get("month", "")
        if name not in self.desks:
            raise web.HTTPNotFound
        try:
            since = datetime.strptime(month, MONTH).replace(tzinfo=UTC)
        except ValueError:
            return web.json_response({"error": "month must be one such as 2026-10", "field": "month"}, status=400)
        headers = {"Content-Disposition": f'attachment; filename="{name}-{since:%Y-%m}.csv"'}
        return web.Response(text=statement(name, self.desks[name], month=f"{since:%Y-%m}"), content_type="text/csv",
                            headers=headers)  # fmt: skip


def statement(provider: str, desk: Desk, *, month: str) -> str:
    """Write the statement of a month, such as 2026-10, UTC; only headings where nothing was charged."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["id", "created_at", JOB[provider], "type", "amount_usd"])
    for line in books.lines(provider, desk):
        if f"{line.at:%Y-%m}" == month:
            kind = "refund" if line.usd < 0 else "charge"
            rows.writerow([line.id, f"{line.at:%Y-%m-%dT%H:%M:%SZ}", line.ticket, kind, f"{abs(line.usd):f}"])
    return out.getvalue()


def months(provider: str, desk: Desk) -> dict[str, int]:
    """Count the lines of each month, the oldest first."""
    return dict(sorted(Counter(f"{line.at:%Y-%m}" for line in books.lines(provider, desk)).items()))


def overview(provider: str, desk: Desk) -> dict[str, object]:
    """Say how many lines each month has, and what is wrong on them."""
    found = books.errors(desk.jobs.values())
    return {
        "months": months(provider, desk),
        "errors": [
            {"fault": one.fault, "ticket": one.ticket, "client_request_id": one.client_id, "usd": f"{one.usd:f}"}
            for one in found
        ],
    }
