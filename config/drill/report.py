"""What a drill came to."""

from dataclasses import dataclass

from billing.money import format_short

MOST = 1  # one picture was ordered, so one job may be billed


@dataclass(frozen=True, slots=True)
class Report:
    """One drill. Money is µ$; `jobs` are what the simulator made of this order, `refunded` those of them that failed.

    `struck` tells whether the fault was taken at all; `owed` is certain upstream cost, `suspense` what may be owed.
    """

    fault: str
    provider: str
    status: str
    ended: bool
    seconds: float
    attempts: tuple[str, ...]
    jobs: int
    refunded: int
    struck: bool
    charged: int
    owed: int
    suspense: int

    @property
    def paid_once(self) -> bool:
        """Tell whether at most one job was billed for the one picture that was ordered."""
        return self.jobs - self.refunded <= MOST

    @property
    def passed(self) -> bool:
        """Tell whether it ended, and was paid at most once."""
        return self.paid_once and self.ended

    def summary(self) -> list[str]:
        """Give the lines below the timeline."""
        return [
            f"edit      {self.status if self.ended else 'NOT ENDED'} after {self.seconds:.1f} s",
            f"attempts  {', '.join(self.attempts)}",
            f"charge    ${format_short(self.charged)} to the customer",
            f"upstream  ${format_short(self.owed)} owed, ${format_short(self.suspense)} in suspense",
            f"jobs      {self.jobs} made, {self.jobs - self.refunded} billed, {self.refunded} refunded",
            *(
                ()
                if self.struck
                else ("note      the fault did not strike: this provider's dialect has no use for it",)
            ),
            f"paid at most once: {'yes' if self.paid_once else 'NO'}",
        ]

    def row(self) -> str:
        """Give the line of a table."""
        cells = (
            f"{self.fault:24} {self.provider:9}",
            f"{self.status if self.ended else 'NOT ENDED':10} {self.seconds:5.1f} s",
            f"{self.jobs} made {self.jobs - self.refunded} billed",
            f"${format_short(self.charged):7}",
            "once" if self.paid_once else "TWICE",
            ", ".join(self.attempts) + ("" if self.struck else " (did not strike)"),
        )
        return "  ".join(cells)
