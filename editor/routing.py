"""Which providers can do an edit, in which order, and why the others cannot. Pure: the same facts, the same answer."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from editor.domain import AUTO, MATCH_INPUT, RATIOS, EditRequest, Strategy
from editor.providers.base import Capabilities
from editor.providers.sizes import pixels

TRIES_AT_ONE_PROVIDER = 3
FIRST_DELAY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a provider when an edit is routed; `cost` and `price` are µ$ for one picture.

    `capabilities` are those with the model that is asked for, None when it does not serve it. `disabled` says why staff
    switched it off, `resting` until when and why its breaker lets nothing through, `left_out` why a quote that is kept
    has no place for it; all are empty when it may be asked.
    `median_seconds` and `success_rate` (0 to 1, of `samples`) are measured, None until something was.
    """

    name: str
    capabilities: Capabilities | None
    has_key: bool
    cost: int | None = None
    price: int | None = None
    disabled: str = ""
    resting: str = ""
    left_out: str = ""
    median_seconds: float | None = None
    success_rate: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a provider can do an edit; `reason` says why not, or what it is waited for, otherwise it is empty."""

    provider: str
    eligible: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """An ended attempt of the same part: which provider, and the stable word for how it ended."""

    provider: str
    code: str


def verdicts(request: EditRequest, candidates: Sequence[Candidate], *, ratio: str) -> list[Verdict]:
    """Judge every candidate, in the given order; `ratio` is the one of the eight that the request comes to.

    One that rests is left out while another is able. If none is, or the edit is pinned to it, it is waited for.
    """
    obstacles = [_obstacle(request, candidate, ratio) for candidate in candidates]
    pairs = list(zip(candidates, obstacles, strict=True))
    patient = request.provider != AUTO or all(obstacle or candidate.resting for candidate, obstacle in pairs)
    return [_verdict(candidate, obstacle, patient=patient) for candidate, obstacle in pairs]


def order(judged: Sequence[Verdict], candidates: Sequence[Candidate], strategy: Strategy) -> list[str]:
    """Name the able providers, best first by the strategy; by price where that is equal, then by name."""
    able = {verdict.provider for verdict in judged if verdict.eligible}
    ranked = sorted((_merit(c, strategy), c.price or 0, c.name) for c in candidates if c.name in able)
    return [name for _, _, name in ranked]


def nearest_ratio(width: int, height: int) -> str:
    """Name the one of the eight ratios that is nearest to a picture's, by factor rather than difference."""
    wanted = math.log(width / height)
    return min(RATIOS, key=lambda name: abs(math.log(RATIOS[name]) - wanted))


def split(n: int, most: int) -> list[int]:
    """Share n pictures out over as few orders as a provider's maximum allows."""
    return [most] * (n // most) + ([n % most] if n % most else [])


RETRYABLE = frozenset({"not_sent", "rate_limited", "image_unfetchable", "provider_resting"})


def next_provider(
    route: Sequence[str],
    tried: Sequence[Tried],
    *,
    disabled: Collection[str] = (),
    resting: Collection[str] = (),
) -> tuple[str, timedelta] | None:
    """Choose who is asked next for a part and after how long, or None when nobody is left.

    A provider that refused or failed is not asked again; one that was never reached, was busy or could not fetch our
    picture is asked up to three times, after the others, with a delay that doubles. One that rests is waited for when
    nobody else is left, one that is disabled is not.
    """
    enabled = [name for name in route if name not in disabled]
    return _next([name for name in enabled if name not in resting], tried) or _next(enabled, tried)


def _next(route: Sequence[str], tried: Sequence[Tried]) -> tuple[str, timedelta] | None:
    counts = {name: sum(1 for attempt in tried if attempt.provider == name) for name in route}
    fresh = [name for name in route if counts[name] == 0]
    if fresh:
        return fresh[0], timedelta(0)
    final = {attempt.provider for attempt in tried if attempt.code not in RETRYABLE}
    again = [name for name in route if name not in final and counts[name] < TRIES_AT_ONE_PROVIDER]
    if not again:
        return None
    best = min(again, key=lambda name: (counts[name], route.index(name)))
    return best, FIRST_DELAY * 2 ** (counts[best] - 1)


def _verdict(candidate: Candidate, obstacle: str, *, patient: bool) -> Verdict:
    if obstacle or not candidate.resting:
        return Verdict(candidate.name, eligible=not obstacle, reason=obstacle)
    reason = f"{candidate.resting}; it will be asked when it is back" if patient else candidate.resting
    return Verdict(candidate.name, eligible=patient, reason=reason)


def _merit(candidate: Candidate, strategy: Strategy) -> float:
    """Rank a provider by what is measured, less is better: unmeasured is the slowest, and succeeds half the time."""
    match strategy:
        case Strategy.FASTEST:
            return math.inf if candidate.median_seconds is None else candidate.median_seconds
        case Strategy.RELIABLE:
            return -((candidate.success_rate or 0.0) * candidate.samples + 1) / (candidate.samples + 2)
        case Strategy.CHEAPEST:
            return 0.0


def _obstacle(request: EditRequest, candidate: Candidate, ratio: str) -> str:
    """Say the first thing that keeps a provider from this edit; empty when nothing does."""
    if request.provider not in (AUTO, candidate.name):
        return f"not asked: the edit is pinned to {request.provider}"
    if not candidate.has_key:
        return "is off: it has no API key here"
    if candidate.disabled:
        return candidate.disabled
    able = candidate.capabilities
    if able is None:
        return f"does not serve {request.model}"
    unable = _incapable(request, able) or _misshapen(request, able, ratio)
    return unable or candidate.left_out or _unpriced(request, candidate)


def _incapable(request: EditRequest, able: Capabilities) -> str:
    if len(request.images) > able.images:
        return f"takes {_count(able.images, 'reference')}, {len(request.images)} given"
    if request.resolution not in able.resolutions:
        return f"serves {' and '.join(sorted(able.resolutions))} only"
    if len(request.prompt) > able.prompt_chars:
        return f"takes {able.prompt_chars} characters of prompt, {len(request.prompt)} given"
    unable = sorted(_asked_settings(request) - able.settings)
    return f"cannot honour {' and '.join(unable)}" if unable else ""


def _misshapen(request: EditRequest, able: Capabilities, ratio: str) -> str:
    if able.keeps_shape and request.aspect_ratio != MATCH_INPUT:
        return f"keeps the picture's own shape with {request.model}: aspect_ratio can only be {MATCH_INPUT}"
    width, height = pixels(ratio, request.resolution)
    if able.sides is not None and not (width in able.sides and height in able.sides):
        return f"makes sides of {able.sides[0]} to {able.sides[-1]} pixels, {width}×{height} needed"
    return ""


def _unpriced(request: EditRequest, candidate: Candidate) -> str:
    if candidate.price is None or candidate.cost is None:
        return f"has no price for {request.resolution}: staff enter one with set_price"
    if candidate.price < candidate.cost:
        return "is closed: it would cost more than it sells for"
    return ""


def _asked_settings(request: EditRequest) -> set[str]:
    """Name the settings that a provider must honour; `watermark: false` is what all of them do anyway."""
    asked: Mapping[str, bool] = {
        "seed": request.seed is not None,
        "guidance_scale": request.guidance_scale is not None,
        "watermark": request.watermark is True,
    }
    return {name for name, given in asked.items() if given}


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
