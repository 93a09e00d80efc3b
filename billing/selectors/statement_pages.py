"""Statements as staff look through them: the latest, those that are being read, and the lines of one."""

from dataclasses import dataclass

from billing.models import Statement, StatementLine, StatementUpload

LATEST = 50
UPLOADS = 10
PAGE = 100


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came lately. `is_reading` tells whether some file is still being read."""

    uploads: list[StatementUpload]
    statements: list[Statement]

    @property
    def is_reading(self) -> bool:
        """Tell whether there will be news soon."""
        return any(upload.read_at is None for upload in self.uploads)


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page of a statement's lines in its own order; `following` is the last number, None on the last page."""

    lines: list[StatementLine]
    following: int | None


def arrivals() -> Arrivals:
    """Give the latest files and statements. Two queries."""
    uploads = StatementUpload.objects.select_related("uploaded_by").defer("content").order_by("-uploaded_at")
    statements = Statement.objects.select_related("imported_by").order_by("-imported_at")
    return Arrivals(list(uploads[:UPLOADS]), list(statements[:LATEST]))


def line_page(statement: str, *, after: int = 0, unmatched: bool = False) -> LinePage:
    """Give a page of lines after that number, all or those for nothing we know. One query."""
    lines = StatementLine.objects.filter(statement_id=statement, number__gt=after)
    rows = list((lines.filter(attempt="") if unmatched else lines).order_by("number")[: PAGE + 1])
    return LinePage(rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None)
