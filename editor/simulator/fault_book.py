"""The book in which the faults that were ordered wait for their turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from editor.simulator.faults import FAULTS, Stage


@dataclass(slots=True)
class Ordered:
    """A fault that waits for its turn; `times` None means until reset."""

    name: str
    times: int | None = 1
    options: Mapping[str, str] = field(default_factory=dict)


class FaultBook:
    """The faults ordered from one provider, first come first served within a stage."""

    def __init__(self) -> None:
        self.waiting: list[Ordered] = []

    def order(self, fault: Ordered) -> None:
        """Add a fault; the caller has checked its name."""
        self.waiting.append(fault)

    def take(self, stage: Stage) -> Ordered | None:
        """Give the fault that strikes now at this stage, if one does, and count it down."""
        for fault in self.waiting:
            if FAULTS[fault.name].stage is stage:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                return fault
        return None
