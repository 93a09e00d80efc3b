"""What is always true of the books, each as a query for the rows that break it; all of them find nothing.

The numbers are those of the promises. Those that speak of edits, I6 and I7 among them, live in the editor.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from billing.invariants.books import BOOKS
from billing.invariants.budgets import BUDGETS
from billing.invariants.closes import EVER, LATEST, close_invariants
from billing.invariants.costs import COSTS

INVARIANTS: Mapping[str, str] = {**BOOKS, **BUDGETS, **COSTS, **close_invariants(LATEST)}
ALL_CLOSES: Mapping[str, str] = close_invariants(EVER)


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks an invariant: what should be true, and the facts."""

    invariant: str
    row: tuple[object, ...]


def violations(invariants: Mapping[str, str] = INVARIANTS) -> list[Violation]:
    """Find every row that breaks one of these invariants; none when the books are right."""
    found = []
    with connection.cursor() as cursor:
        for invariant, query in invariants.items():
            cursor.execute(query)
            found += [Violation(invariant, row) for row in cursor.fetchall()]
    return found
