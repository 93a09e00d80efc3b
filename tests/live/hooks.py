"""What Schemathesis is told of us beyond the document: ids that exist, for requests that are meant to be accepted.

A document cannot say which pictures a workspace has or which addresses answer; without, valid orders are refused.
"""

import json
import os
from typing import Any
from uuid import uuid4

import httpx
import schemathesis

KNOWN: dict[str, str] = json.loads(os.environ["LIVE_IDS"])
BODY: dict[str, Any] = {
    "images": [KNOWN.get("image_id")],
    "project": KNOWN.get("project"),
    "url": KNOWN.get("url"),
    "webhook_url": None,
    "enabled": True,  # or nothing more is sent to the endpoint that others are asked of
    # Each is fine alone; which of them go together the providers say, in words of their own.
    "model": "seedream-4.5",
    "provider": "auto",
    "seed": None,
    "guidance_scale": None,
    "watermark": None,
}
KEY_CHARACTERS = 40
ENDPOINTS = 10
made: list[str] = []


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Put them in, but for a request that is meant to be refused, and where Schemathesis follows its own links."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.method != "DELETE" and case.meta.phase.name.value != "stateful":
        case.path_parameters = {name: KNOWN.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if "Idempotency-Key" in (case.headers or {}):  # the same one with another body is refused
        case.headers["Idempotency-Key"] = uuid4().hex
    if isinstance(case.body, dict):
        case.body = _with_what_there_is(case.body)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Delete old endpoints, for a workspace has twenty at most."""
    if case.method == "POST" and case.path == "/api/v1/webhook-endpoints" and response.status_code == 201:
        made.append(response.json()["id"])
    if len(made) > ENDPOINTS:
        headers = {"Authorization": response.request.headers["Authorization"]}
        httpx.delete(f"{response.request.url}/{made.pop(0)}", headers=headers, trust_env=False)


def _with_what_there_is(body: dict[str, Any]) -> dict[str, Any]:
    filled = {name: BODY.get(name, value) for name, value in body.items() if name != "quote"}  # is ours to give
    if isinstance(price := filled.get("max_price_usd"), str | float | int) and float(price) < 1:
        filled["max_price_usd"] = "1.00"  # more than any edit costs
    if "metadata" in filled:  # OpenAPI 3.0 has no words for the length of a name
        filled["metadata"] = {name: text for name, text in filled["metadata"].items() if _may_name(name)}
    if "name" in filled:  # nor a pattern for what can be printed
        filled["name"] = "".join(letter for letter in filled["name"] if letter.isprintable()).strip() or "Spring"
    return filled


def _may_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= KEY_CHARACTERS and "\0" not in name
