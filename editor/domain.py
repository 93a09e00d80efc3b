"""The editor's words as plain values: what was asked for, what the choices are. No Django."""

from dataclasses import dataclass, field
from enum import StrEnum


class EditStatus(StrEnum):
    """Where an edit is; everything but queued and running is final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        """Tell whether the edit has ended."""
        return self not in (EditStatus.QUEUED, EditStatus.RUNNING)


class Model(StrEnum):
    """The models one can ask for."""

    SEEDREAM_45 = "seedream-4.5"
    SEEDEDIT_30 = "seededit-3.0"  # a model of its own, for one picture; never used unless it is asked for


class Resolution(StrEnum):
    """How large a result is asked for: about 2048² or about 4096² pixels."""

    TWO_K = "2K"
    FOUR_K = "4K"


class Strategy(StrEnum):
    """By what able providers are ordered."""

    CHEAPEST = "cheapest"
    FASTEST = "fastest"
    RELIABLE = "reliable"


MATCH_INPUT = "match_input"
AUTO = "auto"

RATIOS: dict[str, float] = {
    "1:1": 1.0,
    "4:3": 4 / 3,
    "3:4": 3 / 4,
    "16:9": 16 / 9,
    "9:16": 9 / 16,
    "3:2": 3 / 2,
    "2:3": 2 / 3,
    "21:9": 21 / 9,
}

PROMPT_CHARACTERS = 4000
IMAGES_PER_EDIT = 14
OUTPUTS_PER_EDIT = 6
DEADLINE_SECONDS = range(5, 3601)
DEFAULT_DEADLINE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class EditRequest:
    """An edit as a member or a key asks for it, its shape already checked by the door; `images` are image ids.

    `max_price` is in micro-dollars for the whole edit; `project` is an id or None for the workspace's default one.
    """

    prompt: str
    images: tuple[str, ...]
    model: Model = Model.SEEDREAM_45
    aspect_ratio: str = MATCH_INPUT
    resolution: Resolution = Resolution.TWO_K
    n: int = 1
    provider: str = AUTO
    strategy: Strategy = Strategy.CHEAPEST
    seed: int | None = None
    guidance_scale: float | None = None
    watermark: bool | None = None
    max_price: int | None = None
    deadline_seconds: int = DEFAULT_DEADLINE_SECONDS
    project: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    webhook_url: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a user in the browser, or a key of the API. What a test key orders is simulated, and free."""

    workspace_id: str
    user_id: str | None = None
    api_key_id: str | None = None
    is_test: bool = False
