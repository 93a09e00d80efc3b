"""What is ordered in that month, what goes wrong with it, and what of that must be found on the statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from billing.reconciliation.judge import Found

NOT_STATED = "not_stated"
Faults = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Order:
    """An edit for one provider, or for whoever is cheapest; `faults` are ordered of the provider right before it."""

    provider: str
    resolution: str = "2K"
    n: int = 1
    faults: Faults = field(default_factory=dict)


def _with(provider: str, *faults: str, **more: object) -> Order:
    named = {
        name: {"amount": amount} if amount else {} for name, _, amount in (fault.partition("=") for fault in faults)
    }
    return Order(provider, faults=named, **more)  # type: ignore[arg-type]


PLAIN = (
    Order("shortapi", n=2), Order("pixazo", "4K"), Order("apikley"), Order("aimlapi", "4K"), Order("apipod"),
    Order("auto"),
)  # fmt: skip
# Each day its orders: the plain ones, and one of each provider's with something wrong.
DAYS: Mapping[int, Sequence[Order]] = {
    2: (
        *PLAIN, _with("shortapi", "over_charge=0.05"), _with("pixazo", "charge_stranger"),
        _with("apikley", "over_charge=0.5", resolution="4K"), _with("aimlapi", "charge_twice"),
        _with("apipod", "charge_twice", resolution="4K"),
    ),
    7: (
        *PLAIN, _with("shortapi", "fail_job", "keep_charge"), _with("pixazo", "leave_out"),
        _with("apikley", "charge_stranger"), _with("aimlapi", "over_charge=0.084"), _with("apipod", "leave_out"),
    ),
    13: (
        *PLAIN, _with("shortapi", "charge_twice", n=2), _with("pixazo", "charge_twice"),
        _with("apikley", "accept_then_drop", "no_callback"), _with("aimlapi", "charge_stranger"),
        _with("apipod", "wrong_result"),
    ),
    20: (
        *PLAIN, _with("shortapi", "missing_picture", n=3), _with("pixazo", "content_refused"),
        _with("apikley", "fail_job", "keep_charge"), _with("aimlapi", "fail_content"), _with("apipod", "fail_job"),
    ),
    29: (
        *PLAIN, _with("shortapi", "drop"), _with("pixazo", "image_unfetchable"), _with("apikley", "fail_content"),
        _with("aimlapi", "leave_out"), _with("apipod", "accept_then_drop"),
    ),
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "over_charge": Found.OVER_CHARGED, "charge_twice": Found.DUPLICATE, "charge_stranger": Found.UNMATCHED,
    "keep_charge": Found.MISSING_REFUND, "leave_out": NOT_STATED, "missing_picture": Found.OVER_CHARGED,
}  # fmt: skip
NAMELESS = "pixazo"  # its answers name no job: its charges are known by time and amount, a second one by nothing
