"""What the inspector is asked and what it answers. No Django, no Pillow: both sides import it.

A request is one datagram: a JSON object and four open files (the socket to answer on, the source, and two empty files
for the rendition and the thumbnail). The answer is one JSON object; none at all means that the child died.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from editor.images.limits import MIB

DATAGRAM_BYTES = 4096
FILES = 4
TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/avif"})


class Job(StrEnum):
    """What to do: an upload always gets a clean rendition, an output only where it cannot serve as its own."""

    UPLOAD = "upload"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child that opens one picture may use. The longest honest picture measured takes about half."""

    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    file_bytes: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class Report:
    """What was found and made. Sizes are in pixels, oriented; no `rendition_type`: the source serves as it is."""

    content_type: str
    width: int
    height: int
    rendition_type: str
    rendition_width: int
    rendition_height: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the bytes are no picture we take: a predicate, "is cut short"."""

    problem: str


def write_request(job: Job, limits: Limits) -> bytes:
    """Write a request's JSON."""
    return json.dumps({"job": job, "limits": asdict(limits)}).encode()


def read_request(message: bytes) -> tuple[Job, Limits]:
    """Read it back."""
    request = json.loads(message)
    return Job(request["job"]), Limits(**request["limits"])


def write_answer(answer: Report | Problem) -> bytes:
    """Write an answer."""
    return json.dumps(asdict(answer)).encode()


def read_answer(message: bytes) -> Report | Problem | None:
    """Read an answer, from a child that hostile bytes may have taken over: None when it is not one of ours."""
    try:
        answer = json.loads(message)
    except ValueError:
        return None
    match answer:
        case {"problem": str(problem)}:
            return Problem(problem[:200])
        case {
            "content_type": str(kind),
            "width": int(width),
            "height": int(height),
            "rendition_type": str(rendition_kind),
            "rendition_width": int(rendition_width),
            "rendition_height": int(rendition_height),
        } if kind in TYPES and rendition_kind in TYPES | {""}:
            sizes = (width, height, rendition_width, rendition_height)
            if all(0 < size <= 2**16 for size in sizes):
                return Report(kind, width, height, rendition_kind, rendition_width, rendition_height)
    return None
