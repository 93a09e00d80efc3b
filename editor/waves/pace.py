"""How often a provider is asked how a job is doing, or what became of an order. Pure."""

import random

FIRST = 1.0
SOONEST, LATEST, SHARE_OF_AGE = 3.0, 10.0, 0.1
WHEN_CALLED_BACK = 8.0, 60.0, 1.0
LONGEST_LOOK = 60.0
TRUST = 0.8
UNHEARD = 1.0
MEMORY = 0.9


class Callbacks:
    """How well each provider calls back, by the jobs that ended while they were held here."""

    def __init__(self) -> None:
        """Trust everybody, until about three jobs in a row were found done without a call."""
        self._share: dict[str, float] = {}

    def note(self, provider: str, *, called: bool) -> None:
        """Note whether a job that is done was called back, or found by asking."""
        self._share[provider] = self._share.get(provider, UNHEARD) * MEMORY + (1 - MEMORY) * called

    def come(self, provider: str) -> bool:
        """Tell whether this provider can be relied on to call."""
        return self._share.get(provider, UNHEARD) >= TRUST


CALLBACKS = Callbacks()  # of all waves of this process, one after another


def next_poll(age: float, *, troubles: int = 0, called_back: bool = False) -> float:
    """Give the seconds until the next poll of a job that is `age` seconds old.

    One for a new one, then a tenth of its age, from 3 to 10 s. Of a provider that calls back, as long again as its age,
    from 8 s to a minute: the call is what makes it quick. Doubled for every failed poll in a row, up to eightfold;
    with a fifth of jitter, so that jobs do not march in step.
    """
    soonest, latest, share = WHEN_CALLED_BACK if called_back else (SOONEST, LATEST, SHARE_OF_AGE)
    seconds = FIRST if not (age or called_back) else min(max(age * share, soonest), latest)
    seconds *= 1 << min(troubles, 3)
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def next_look(age: float, *, retry_after: float | None = None) -> float:
    """Give the seconds until an order whose fate has been unknown for `age` seconds is looked into again.

    As long again as it has been unknown, from 1 to 60 s: it backs off without a count that a restart would forget. Not
    before the provider's own `retry_after`.
    """
    seconds = min(max(age, FIRST), LONGEST_LOOK) * random.uniform(0.8, 1.2)  # noqa: S311 - as above
    return max(seconds, retry_after or 0.0)
