"""How long a simulated job takes: five habits of real services, and the same again under the same seed."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import ClassVar

THIRD = 0.33
SIGMA = 0.7  # half of the jobs within 0.78 of the mean, one in twenty over 2.5 times, one in a hundred over 4
SLOW_SHARE, QUICK, SLOW = 0.1, 0.6, 4.6  # 0.9 × 0.6 + 0.1 × 4.6 = 1


class Spread(StrEnum):
    """How the jobs' times lie around their mean; those of a queue are done one after another, none sooner than that."""

    STEADY = "steady"
    EVEN = "even"
    LONG_TAIL = "long_tail"
    BIMODAL = "bimodal"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Latency:
    """`mean` seconds for a job, spread by `profile`; with a `seed` a provider's n-th job always takes as long."""

    mean: float = 4.5
    profile: Spread = Spread.EVEN
    seed: int | None = None

    def of(self, job_id: str, number: int) -> float:
        """Give the seconds that a job takes, the `number`-th of its provider."""
        dice = Random(job_id if self.seed is None else f"{self.seed}/{number}")  # noqa: S311 - guards nothing
        match self.profile:
            case Spread.STEADY | Spread.QUEUE:
                share = 1.0
            case Spread.EVEN:
                share = dice.uniform(1 - THIRD, 1 + THIRD)
            case Spread.LONG_TAIL:
                share = dice.lognormvariate(-(SIGMA**2) / 2, SIGMA)
            case Spread.BIMODAL:
                share = SLOW if dice.random() < SLOW_SHARE else QUICK
        return self.mean * share


@dataclass(slots=True)
class Line:
    """The line that a provider's jobs stand in: so many a second leave it."""

    A_SECOND: ClassVar[int] = 20
    free_at: float = 0.0

    def join(self, now: float, soonest: float) -> float:
        """Give the seconds until the newcomer leaves the line; `now` is of any steady clock."""
        leaves = max(now + soonest, self.free_at)
        self.free_at = leaves + 1 / self.A_SECOND
        return leaves - now
