"""What the dialects that hand on the upstream model's own reply have in common: pixels, pictures in the reply."""

import base64

from editor.simulator.orders import Job, Refusal, Refused

FEWEST_PIXELS = 3_686_400
MOST_PIXELS = 16_777_216
FORMATS = {"url": False, "b64_json": True}


def opened(body: object) -> dict[str, object]:
    """Give the object that a body is; refuses what is none."""
    if not isinstance(body, dict):
        raise Refusal(Refused.INVALID, "Invalid request parameters: the body must be an object")
    return body


def only(given: dict[str, object], known: set[str]) -> None:
    """Refuse a field that the page does not name."""
    if unknown := sorted(set(given) - known):
        raise Refusal(Refused.INVALID, f"unknown field {unknown[0]}")


def pixels(width: int, height: int) -> tuple[int, int]:
    """Refuse a size that the model does not make."""
    if not (FEWEST_PIXELS <= width * height <= MOST_PIXELS and 1 / 16 <= width / height <= 16):  # noqa: PLR2004
        raise Refusal(Refused.INVALID, f"image size must be {FEWEST_PIXELS} to {MOST_PIXELS} pixels")
    return width, height


def is_inline(body: dict[str, object]) -> bool:
    """Tell whether the pictures are wanted in the reply; refuses a format that does not exist."""
    wanted = body.get("response_format", "url")
    if not isinstance(wanted, str) or wanted not in FORMATS:
        raise Refusal(Refused.INVALID, "response_format must be url or b64_json")
    return FORMATS[wanted]


def check_mark(body: dict[str, object]) -> None:
    """Refuse a watermark that is neither true nor false."""
    if not isinstance(body.get("watermark", False), bool):
        raise Refusal(Refused.INVALID, "Invalid request parameters: watermark must be a boolean")


def pictures(job: Job) -> list[dict[str, object]]:
    """Give the items of `data`."""
    if job.inline:
        return [{"b64_json": base64.b64encode(picture).decode()} for picture in job.inline]
    return [{"url": url} for url in job.urls]
