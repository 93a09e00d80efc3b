"""One charge on a provider's statement, as read; and what makes a statement unreadable. No Django."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of a statement: `amount` in µ$, negative for a refund.

    `line_id` is the provider's own id of the charge; without one, a hash of the line and of how often it came before.
    `ticket` is the job's id as the provider knows it, `attempt` our own id where the provider was told and repeats it.
    """

    number: int
    line_id: str
    amount: int
    at: datetime
    ticket: str = ""
    attempt: str = ""


class BadStatement(Exception):
    """The statement cannot be read, or is of another time; names the line and the column. Nothing of it was kept."""

    def __init__(self, message: str, *, line: int | None = None, column: str = "") -> None:
        self.line, self.column = line, column
        place = ", ".join(
            part for part in (f"line {line}" if line else "", f"column {column}" if column else "") if part
        )
        super().__init__(f"{place}: {message}" if place else message)
