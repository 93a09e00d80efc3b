"""What a driver can do with the simulator: order faults, change how it works, read the counts, start afresh."""

from collections.abc import Mapping
from dataclasses import replace

from editor.simulator.desk import Desk
from editor.simulator.fault_book import Ordered
from editor.simulator.faults import FAULTS
from editor.simulator.latency import Latency, Spread
from editor.simulator.studio import Profile, Studio

LONGEST_LATENCY = 3600
LONGEST_SIDE = 4096
Body = Mapping[str, object]


class BadOrder(Exception):
    """What was asked of the control makes no sense; nothing was changed."""

    def __init__(self, field: str, wanted: str) -> None:
        self.field = field
        super().__init__(f"{field} must be {wanted}")


class Control:
    """The four things one can do, the same for the API and the page."""

    def __init__(self, desks: dict[str, Desk], studio: Studio) -> None:
        self.desks = desks
        self.studio = studio
        self._first = studio.profile

    def order_fault(self, body: Body) -> dict[str, object]:
        """Order `{"provider", "fault", "times"?: n | null, "options"?: {…}}`; raises BadOrder."""
        provider, name, times = body.get("provider"), body.get("fault"), body.get("times", 1)
        if not isinstance(provider, str) or provider not in self.desks:
            raise BadOrder("provider", f"one of {', '.join(self.desks)}")
        if not isinstance(name, str) or name not in FAULTS:
            raise BadOrder("fault", f"one of {', '.join(FAULTS)}")
        if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
            raise BadOrder("times", "a whole number from 1, or null for until reset")
        options = _options(name, body.get("options", {}))
        self.desks[provider].faults.order(Ordered(name, times, options))
        return {"ordered": name}

    def counts(self) -> dict[str, dict[str, object]]:
        """Say what each provider was asked, what it made and what it would have billed."""
        return {name: desk.counts() for name, desk in self.desks.items()}

    def change_profile(self, body: Body) -> dict[str, object]:
        """Change `{"latency"?: seconds, "profile"?, "seed"?: n | null, "provider"?, "render"?, "limits"?}` until reset.

        Without a provider the latency is everybody's, also of those that had one of their own. Raises BadOrder.
        """
        was = self.studio.profile
        provider = body.get("provider")
        if provider is not None and (not isinstance(provider, str) or provider not in self.desks):
            raise BadOrder("provider", f"one of {', '.join(self.desks)}, or nothing for all")
        render, limits = body.get("render", "flat" if was.flat else "edit"), body.get("limits", was.limits)
        if not isinstance(limits, bool):
            raise BadOrder("limits", "true or false")
        if render not in ("edit", "flat"):
            raise BadOrder("render", "edit or flat")
        latency = _latency(body, was.latency_of(provider) if provider else was.latency)
        now = replace(was, flat=render == "flat", limits=limits)
        if provider:
            now = replace(now, apart={**was.apart, provider: latency})
        elif {"latency", "profile", "seed"} & body.keys():
            now = replace(now, latency=latency, apart={})
        self.studio.profile = now
        return {**_told(latency), "render": render, "limits": limits}

    async def reset(self) -> dict[str, object]:
        """Forget jobs, pictures, counts and faults; go back to the profile of the start."""
        await self.studio.stop_jobs()
        self.studio.shelf.clear()
        self.studio.profile = self._first
        for desk in self.desks.values():
            desk.clear()
        return {"reset": True}

    @property
    def profile(self) -> Profile:
        """Give how the simulator works now."""
        return self.studio.profile


def _options(fault: str, given: object) -> dict[str, str]:
    known = FAULTS[fault].options
    if not isinstance(given, dict):
        raise BadOrder("options", "an object")
    options = {str(name): str(value) for name, value in given.items()}
    if unknown := sorted(set(options) - set(known)):
        raise BadOrder(f"options.{unknown[0]}", f"left out: {fault} takes {', '.join(known) or 'no options'}")
    if "amount" in known and not is_price(options.get("amount", "")):
        raise BadOrder("options.amount", "a price in USD such as 0.05")
    side = options.get("side", "1")
    if not (side.isascii() and side.isdecimal() and len(side) < 5 and 1 <= int(side) <= LONGEST_SIDE):  # noqa: PLR2004
        raise BadOrder("options.side", f"a number of pixels from 1 to {LONGEST_SIDE}")
    if any("\n" in value or "\r" in value for value in options.values()):
        raise BadOrder("options", "texts of one line")
    return options


def _latency(body: Body, was: Latency) -> Latency:
    mean, profile, seed = body.get("latency", was.mean), body.get("profile", was.profile), body.get("seed", was.seed)
    if not isinstance(mean, int | float) or isinstance(mean, bool) or not 0 <= mean <= LONGEST_LATENCY:
        raise BadOrder("latency", f"seconds from 0 to {LONGEST_LATENCY}")
    if not isinstance(profile, str) or profile not in list(Spread):
        raise BadOrder("profile", f"one of {', '.join(Spread)}")
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise BadOrder("seed", "a whole number, or null for none")
    return Latency(float(mean), Spread(profile), seed)


def _told(latency: Latency) -> dict[str, object]:
    return {"latency": latency.mean, "profile": latency.profile, "seed": latency.seed}


def is_price(text: str) -> bool:
    """Tell whether a text is a price in USD such as 0.05."""
    whole, _, part = text.partition(".")
    return text.isascii() and whole.isdecimal() and (part.isdecimal() or not part) and len(text) < 12  # noqa: PLR2004
