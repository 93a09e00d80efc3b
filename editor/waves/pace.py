"""How often a provider is asked how a job is doing, or what became of an order. Pure."""

import random

FIRST = 1.0
SOONEST = 3.0
LATEST = 10.0
SHARE_OF_AGE = 0.1
LONGEST_LOOK = 60.0


def next_poll(age: float, *, troubles: int = 0) -> float:
    """Give the seconds until the next poll of a job that is `age` seconds old.

    One for a new one, then a tenth of its age, from 3 to 10 s: callbacks are what makes it quick, this is for when
    they do not come. Doubled for every failed poll in a row, up to 80 s; with a fifth of jitter, so that jobs do not
    march in step.
    """
    seconds = (min(max(age * SHARE_OF_AGE, SOONEST), LATEST) if age else FIRST) * (1 << min(troubles, 3))
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def next_look(age: float, *, retry_after: float | None = None) -> float:
    """Give the seconds until an order whose fate has been unknown for `age` seconds is looked into again.

    As long again as it has been unknown, from 1 to 60 s: it backs off without a count that a restart would forget. Not
    before the provider's own `retry_after`.
    """
    seconds = min(max(age, FIRST), LONGEST_LOOK) * random.uniform(0.8, 1.2)  # noqa: S311 - as above
    return max(seconds, retry_after or 0.0)
