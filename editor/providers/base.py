"""What every provider module is made of. A provider builds requests and reads replies; it never opens a connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """Where a provider is and the key we pay with; the key shows in no `repr`."""

    base_url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProviderJob:
    """One part of an edit as a provider gets it.

    `images` are signed URLs; `ratio` is one of the eight, `resolution` `2K` or `4K`; `idempotency_key` is ours.
    """

    model: str
    prompt: str
    images: tuple[str, ...]
    ratio: str
    resolution: str
    n: int
    callback_url: str
    idempotency_key: str
    seed: int | None = None
    guidance_scale: float | None = None
    watermark: bool | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do with one model: counts are inclusive maxima, `prompt_chars` counts characters, not bytes.

    `settings` are the optional ones it honours out of `seed`, `guidance_scale` and `watermark`. `sides` are the pixels
    each side of a picture may have, None for no limit of its own; `keeps_shape` is for a model that gives a picture the
    shape of the one it was given, and no other.
    """

    images: int
    outputs: int
    resolutions: frozenset[str]
    prompt_chars: int
    settings: frozenset[str] = frozenset()
    sides: range | None = None
    keeps_shape: bool = False
    idempotent: bool = False
    evidence: str = "D"


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a provider is given at once: `running` jobs, and `new` orders in so many seconds where it says so."""

    running: int
    new: int | None = None
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request to send. Headers hold the key, so they show in no `repr`; `json` is the body, None for none."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    json: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A reply as it was read, within the byte cap; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the job and named it; `reported_cost` is what it said it costs, as it was written."""

    ticket: str
    reported_cost: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """The job is not finished."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The job is done: its images can be fetched at `urls`, or came in the reply itself and are `inline`."""

    urls: tuple[str, ...]
    reported_cost: str = ""
    inline: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class CallbackHint:
    """What a callback claims to be about; never more than a reason to ask the provider."""

    ticket: str = ""


class Provider(Protocol):
    """The shape of a provider module.

    `CAPABILITIES` has an entry for each model it serves. `SUBMIT_SECONDS` is how long the paid request may take, where
    the provider answers when it is done the whole work; `REPLY_BYTES` is the most its reply may have.
    """

    NAME: str
    CAPABILITIES: Mapping[str, Capabilities]
    DEFAULT_BASE_URL: str
    SUBMIT_SECONDS: float
    REPLY_BYTES: int
    THROUGHPUT: Throughput

    def submit(self, job: ProviderJob, account: ProviderAccount) -> HttpRequest:
        """Build the one paid request; the same job gives the same request."""

    def read_submit(self, response: HttpResponse) -> Accepted | Delivered:
        """Read its reply; raises a ProviderError."""

    def poll(self, ticket: str, account: ProviderAccount) -> HttpRequest:
        """Build the free request that asks how a job is doing."""

    def read_poll(self, response: HttpResponse, ticket: str) -> Running | Delivered:
        """Read its reply. JobFailed, ContentRefused and ImageUnfetchable say that the job has ended without images.

        Every other ProviderError is about this poll alone: ask again later. Unreadable is one that names another job.
        """

    def read_callback(self, body: bytes) -> CallbackHint:
        """Read what was posted to our callback URL; never raises, an unreadable one hints at nothing."""


class Replayable(Provider, Protocol):
    """A provider that documents an idempotency key, under which the paid request may be sent again."""

    def replay(self, body: Mapping[str, object], idempotency_key: str, account: ProviderAccount) -> HttpRequest:
        """Build the paid request again from its stored body: the bytes that `submit` gave, under the same key."""
