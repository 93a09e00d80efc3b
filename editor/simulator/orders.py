"""What a simulated provider is asked for, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

INSIDE = "http://169.254.169.254/latest/meta-data/"  # where clouds tell a machine its secrets


class JobState(StrEnum):
    """Where a simulated job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Refused(StrEnum):
    """Why a request was turned away; each dialect has its own words for each."""

    KEY = "key"
    CREDIT = "credit"
    RATE = "rate"
    INVALID = "invalid"
    CONTENT = "content"
    IMAGE = "image"
    NO_SUCH_JOB = "no such job"
    KEY_BUSY = "an idempotency key at work"
    KEY_TAKEN = "an idempotency key of another body"


class Refusal(Exception):
    """A request a provider would turn away; nothing was made."""

    def __init__(self, why: Refused, message: str, *, retry_after: str = "") -> None:
        self.why = why
        self.message = message
        self.retry_after = retry_after
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Order:
    """A paid request, read from whichever dialect it came in.

    `size` is for dialects that ask for pixels; without it, `ratio` and `resolution` decide, and without a ratio the
    first picture's shape. `inline` asks for the pictures in the reply itself.
    """

    prompt: str
    images: tuple[str, ...]
    ratio: str = ""
    resolution: str = "2K"
    n: int = 1
    callback_url: str = ""
    size: tuple[int, int] | None = None
    inline: bool = False


@dataclass(slots=True)
class Job:
    """An order that was taken. `faults` are those of its job, result and callback stages; `results` name pictures.

    `inline` are the pictures themselves, for a reply that holds them; `key` is the idempotency key it came under;
    `number` counts the jobs of its provider from 1; `client_id` is the caller's own name for the request.
    """

    id: str
    order: Order
    origin: str
    payload_sha256: str
    amount: Decimal
    faults: Mapping[str, Mapping[str, str]]
    state: JobState = JobState.RUNNING
    results: list[str] = field(default_factory=list)
    error: str = ""
    why: Refused = Refused.INVALID
    inline: list[bytes] = field(default_factory=list, repr=False)
    key: str = ""
    number: int = 1
    client_id: str = ""
    made_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None

    @property
    def urls(self) -> list[str]:
        """Give the addresses of its pictures, or those that a fault puts in their place."""
        if (options := self.faults.get("foreign_result_url")) is not None:
            return [options.get("url", INSIDE)] * len(self.results)
        return [self.origin + path for path in self.results]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a dialect answers."""

    json: Mapping[str, object]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
