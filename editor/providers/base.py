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
    """What a provider can do: counts are inclusive maxima, `prompt_chars` counts characters, not bytes.

    `settings` are the optional ones it honours out of `seed`, `guidance_scale` and `watermark`.
    """

    models: frozenset[str]
    images: int
    outputs: int
    resolutions: frozenset[str]
    prompt_chars: int
    settings: frozenset[str] = frozenset()
    idempotent: bool = False
    evidence: str = "D"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request to send. Headers hold the key, so they show in no `repr`; `json` is the body, None for no body."""

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
    """The job is done and its images can be fetched at these URLs."""

    urls: tuple[str, ...]
    reported_cost: str = ""


@dataclass(frozen=True, slots=True)
class CallbackHint:
    """What a callback claims to be about; never more than a reason to ask the provider."""

    ticket: str = ""


class Provider(Protocol):
    """The shape of a provider module."""

    NAME: str
    CAPABILITIES: Capabilities
    DEFAULT_BASE_URL: str

    def submit(self, job: ProviderJob, account: ProviderAccount) -> HttpRequest:
        """Build the one paid request; the same job gives the same request."""

    def read_submit(self, response: HttpResponse) -> Accepted | Delivered:
        """Read its reply; raises a ProviderError."""

    def poll(self, ticket: str, account: ProviderAccount) -> HttpRequest:
        """Build the free request that asks how a job is doing."""

    def read_poll(self, response: HttpResponse) -> Running | Delivered:
        """Read its reply. JobFailed, ContentRefused and ImageUnfetchable say that the job has ended without images.

        Every other ProviderError is about this poll alone (RateLimited and OutOfCredit too): ask again later.
        """

    def read_callback(self, body: bytes) -> CallbackHint:
        """Read what was posted to our callback URL; never raises, an unreadable one hints at nothing."""
