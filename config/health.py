"""`/healthz`: the process is up. `/readyz`: the work gets done. Neither needs a login, a host name or HTTPS."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts import wall
from config.embedded.launcher import CannotStart
from editor.selectors.vitals import read_vitals

SWEEPER_STALE_SECONDS = 60
QUEUE_STALE_SECONDS = 120
log = structlog.get_logger(__name__)


class HealthMiddleware:
    """Answer the two health addresses before anything that could refuse: a probe knows neither our name nor TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        answers = {"/healthz": healthz, "/readyz": readyz}
        if request.method in ("GET", "HEAD") and request.path in answers:
            response = answers[request.path]()
            response["Cache-Control"] = "no-store"
            return response
        return self.get_response(request)


def healthz() -> HttpResponse:
    """Say that this process answers; the database is not asked."""
    return JsonResponse({"status": "ok"})


def readyz() -> HttpResponse:
    """Check the database, the age of what waits, and the sweeper; 503 when one of them is not well."""
    try:
        wall.open_everywhere()
        vitals = read_vitals()
    except (Error, CannotStart, OSError) as error:
        log.warning("not ready", check="database", error=type(error).__name__)
        checks: dict[str, dict[str, Any]] = {"database": {"ok": False}}
    else:
        waiting = max(vitals.queue_age, vitals.attempt_age)
        sweeper = vitals.sweeper_age
        checks = {
            "database": {"ok": True},
            "queue": {
                "ok": waiting <= QUEUE_STALE_SECONDS,
                "oldest_task_seconds": vitals.queue_age,
                "oldest_attempt_seconds": vitals.attempt_age,
            },
            "sweeper": {"ok": sweeper is not None and sweeper <= SWEEPER_STALE_SECONDS, "seconds_ago": sweeper},
        }
    well = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if well else "failing", "checks": checks}, status=200 if well else 503)
