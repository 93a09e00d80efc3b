"""Check the books."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from editor.services.check_books import check_books

SHOWN = 20


class Command(BaseCommand):
    """Print every invariant, and the rows that break it; fails when there are any."""

    help = "Check that the books and the orders are right; exit code 1 and the rows when they are not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --quick."""
        parser.add_argument("--quick", action="store_true", help="of the closed days read the last two only")

    def handle(self, *args: Any, quick: bool, **options: Any) -> None:  # noqa: ARG002
        """Check all of them."""
        found = check_books(thorough=not quick)
        for rule, rows in found.items():
            self.stdout.write(f"{f'{len(rows)} wrong' if rows else 'right':>9}  {rule}")
            for row in rows[:SHOWN]:
                self.stdout.write(f"           {', '.join(map(str, row))}")
            if len(rows) > SHOWN:
                self.stdout.write(f"           and {len(rows) - SHOWN} more")
        if any(found.values()):
            sys.exit(1)
