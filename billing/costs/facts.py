"""What is known of an attempt that may have cost something, as plain values. Amounts are in µ$."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CostFacts:
    """An ended attempt: who it was for, where it went, what it should cost, and what the provider said.

    `expected` is what its outcome lets us expect: nothing when the provider says that it made nothing. `delivered`
    counts pictures that arrived in time. `grade` is of the provider's evidence, A the best. `reported_text` is what
    the provider wrote, not yet believed; `evidence` the exchange, scrubbed. `at` is when it was submitted.
    """

    attempt: str
    edit: str
    workspace: str
    provider: str
    model: str
    resolution: str
    grade: str
    ordered: int
    expected: int
    outcome: str
    at: datetime
    delivered: int = 0
    reported_text: str = ""
    project: str = ""
    member: str = ""
    key: str = ""
    ticket: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger says of an attempt now; `certain` is false for what stands in suspense."""

    amount: int
    certain: bool
