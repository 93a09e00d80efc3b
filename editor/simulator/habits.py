"""What a provider does beside its dialect: remembers idempotency keys, limits new orders, repeats its callbacks."""

from collections import deque
from dataclasses import dataclass, field

from editor.simulator.orders import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one provider.

    `keeps_keys`: a paid request under a known `Idempotency-Key` is answered again and makes nothing. `new_orders` are
    so many in so many seconds, the rest are refused. A callback is tried `callback_tries` times until a 2xx, under the
    name `agent`.
    """

    keeps_keys: bool = False
    new_orders: tuple[int, float] | None = None
    callback_tries: int = 1
    agent: str = "Pentimento-simulator"


@dataclass(slots=True)
class Gate:
    """Lets so many new orders through in so many seconds; times are seconds of any steady clock."""

    limit: tuple[int, float] | None
    passed: deque[float] = field(default_factory=deque)

    def enter(self, now: float) -> None:
        """Count a new order; raises Refusal for one too many, which counts for nothing."""
        if self.limit is None:
            return
        most, seconds = self.limit
        while self.passed and self.passed[0] <= now - seconds:
            self.passed.popleft()
        if len(self.passed) >= most:
            raise Refusal(Refused.RATE, f"over {most} new requests in {seconds:g} seconds; not queued")
        self.passed.append(now)
