"""Logs: JSON lines on stderr, each with the id of the request it belongs to, one access line for each request.

No secret, prompt text or signed URL is ever logged: see `config/scrub.py`. The two places that learn for
which workspace a request acts, a key's and a page's, bind `workspace_id` to structlog's context.
"""

import logging.config
import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from accounts.ids import new_id
from config.scrub import Scrubber

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# They log every URL they fetch, signature included, or every request a second time.
QUIET = (
    "aiohttp", "asyncio", "boto3", "botocore", "environ", "httpcore", "httpx", "PIL", "s3transfer", "stripe", "urllib3",
)  # fmt: skip
access = structlog.get_logger("access")


class RequestIdMiddleware:
    """Give every request an id, the caller's `X-Request-ID` where it is well-formed, and write its access line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id in `X-Request-ID`, and have it in every log line written meanwhile."""
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if ACCEPTED_ID.fullmatch(given) else new_id("req")
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            access.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                duration_ms=milliseconds,
            )
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-ID"] = request_id
        response._has_been_logged = True  # type: ignore[attr-defined] # noqa: SLF001  # else Django does, without the id
        return response


def logging_config() -> dict[str, Any]:
    """Set logging up, and give the configuration back: gunicorn takes the same one as its `logconfig_dict`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _describe_exception,
                    Scrubber(),
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            **{name: {"level": "WARNING"} for name in QUIET},
            "django": {"level": "INFO"},
            "django.request": {"level": "ERROR"},  # a 4xx has its access line
            "django.server": {"handlers": [], "propagate": False},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }
    logging.config.dictConfig(config)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return config


_frames = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20, use_rich=False)
)


def _describe_exception(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Turn an exception into names, places and first lines: PostgreSQL's further lines quote rows, prompts included."""
    event = dict(_frames(logger, method, event))
    if isinstance(event.get("exception"), list):
        event["exception"] = _brief(event["exception"])
    return event


def _brief(chain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "type": each["exc_type"],
            "message": each["exc_value"].split("\n", 1)[0],
            "frames": [f"{frame['filename']}:{frame['lineno']} {frame['name']}" for frame in each["frames"]],
            **({"group": [_brief(inner) for inner in each["exceptions"]]} if each.get("exceptions") else {}),
        }
        for each in chain
    ]
