"""Check that the books and the orders are right, and tell staff of the first row that is not."""

from billing import facade
from editor import invariants
from editor.services.raise_alert import BOOKS, raise_alert

SUBJECT = 90


def check_books(*, thorough: bool = False) -> dict[str, list[tuple[object, ...]]]:
    """Give the rows that break each invariant of both rooms, none for what holds; and raise an alert for each broken.

    Every closed day is read again when it is to be thorough, else the last two.
    """
    rules = {**facade.INVARIANTS, **invariants.INVARIANTS, **(facade.ALL_CLOSES if thorough else {})}
    found: dict[str, list[tuple[object, ...]]] = {rule: [] for rule in rules}
    for violation in facade.violations(rules):
        found[violation.invariant].append(violation.row)
    for rule, rows in found.items():
        if rows:
            raise_alert(
                kind=BOOKS,
                subject=rule[:SUBJECT],
                message=f"{len(rows)} rows break it; the first is {', '.join(map(str, rows[0]))}",
            )
    return found
