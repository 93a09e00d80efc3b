"""What it was told to do wrong, and with which request, payment or event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Strikes(StrEnum):
    """What an order waits for."""

    REQUEST = "request"
    PAYMENT = "payment"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Fault:
    """A thing that can go wrong, and the options it takes."""

    strikes: Strikes
    says: str
    options: Mapping[str, str] = field(default_factory=dict)


FAULTS = {
    "slow": Fault(Strikes.REQUEST, "answers late; its key is busy meanwhile", {"seconds": "1"}),
    "drop": Fault(Strikes.REQUEST, "cuts the connection, nothing is done"),
    "do_then_drop": Fault(Strikes.REQUEST, "does it, then cuts the connection"),
    "error_500": Fault(Strikes.REQUEST, "answers 500, nothing is done"),
    "do_then_error_500": Fault(Strikes.REQUEST, "does it, and answers 500 all the same"),
    "rate_limit": Fault(Strikes.REQUEST, "answers 429, nothing is done"),
    "bad_key": Fault(Strikes.REQUEST, "answers 401, as if the key had been rolled"),
    "html": Fault(Strikes.REQUEST, "answers a page of HTML, nothing is done"),
    "decline": Fault(Strikes.PAYMENT, "the bank refuses", {"code": "generic_decline"}),
    "ask_bank": Fault(Strikes.PAYMENT, "the bank wants a confirmation"),
    "another_amount": Fault(Strikes.PAYMENT, "another amount is paid", {"cents": "1"}),
    "another_currency": Fault(Strikes.PAYMENT, "another currency is paid", {"currency": "eur"}),
    "duplicate": Fault(Strikes.EVENT, "is delivered several times at once", {"copies": "3"}),
    "delay": Fault(Strikes.EVENT, "is delivered later", {"seconds": "5"}),
    "lose": Fault(Strikes.EVENT, "is never delivered; the list of events has it"),
    "stale": Fault(Strikes.EVENT, "is delivered signed with an old time", {"seconds": "600"}),
    "future": Fault(Strikes.EVENT, "is delivered signed with a time to come", {"seconds": "600"}),
    "forge": Fault(Strikes.EVENT, "is delivered signed with another secret"),
    "unsigned": Fault(Strikes.EVENT, "is delivered without a signature"),
    "altered": Fault(Strikes.EVENT, "is delivered with another body than was signed"),
}


@dataclass(slots=True)
class Order:
    """A fault that waits. `type` is of the events it strikes, empty for any; no `times`: until reset."""

    fault: str
    times: int | None = 1
    options: dict[str, str] = field(default_factory=dict)
    type: str = ""

    def option(self, name: str) -> str:
        """Give an option, or what it is when it is not given."""
        return self.options.get(name) or FAULTS[self.fault].options[name]


class Orders:
    """The orders that wait, first come, first served."""

    def __init__(self) -> None:
        self.waiting: list[Order] = []

    def take(self, *faults: str, event: str = "") -> Order | None:
        """Take the first order for one of some faults, None when none waits."""
        for order in self.waiting:
            if order.fault in faults and order.type in ("", event):
                if order.times is not None:
                    order.times -= 1
                    if not order.times:
                        self.waiting.remove(order)
                return order
        return None

    def for_a(self, strikes: Strikes, event: str = "") -> Order | None:
        """Take the first order that strikes a request or an event."""
        return self.take(*(name for name, fault in FAULTS.items() if fault.strikes is strikes), event=event)
