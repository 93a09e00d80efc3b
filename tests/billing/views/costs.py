"""Costs, statements and staff for the tests of the cost review's pages."""

import re
from datetime import UTC, datetime

from django.test import Client

from accounts.models import User
from billing.reconciliation.charge import Charge
from billing.services.import_statement import import_charges
from tests.accounts.doors import enter_as_staff
from tests.billing.reconciliation.rows import NOON, OCTOBER, line

RANGE = "since=2026-10-01&until=2026-10-31"
CSV = "id,created_at,job_id,amount_usd\n"


def staff(name: str = "sam") -> tuple[User, Client]:
    """Give somebody on the staff, and a browser they are signed in at."""
    user, client = User.objects.create_user(f"{name}@example.com", is_staff=True), Client()
    enter_as_staff(client, user)
    return user, client


def text_of(answer) -> str:
    """Give what a page says."""
    body = answer.content.decode()
    body = body.split("<main", 1)[-1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def row(number, amount="0.04", *, of=None, at="2026-10-03T12:00:00Z") -> str:
    """Write a line of a statement for a job, by default that of its number."""
    return f"line-{number},{at},job-{number if of is None else of},{amount}\n"


def an_october(workspace) -> None:
    """Book three costs and import a statement: one charged rightly, one twice, one dearer; and a stray one."""
    for number in (1, 2, 3):
        line(workspace, number, minute=number, retail=50_000)
    at = datetime(2026, 10, 3, 12, 1, tzinfo=UTC)
    charges = [(1, 1, 40_000), (2, 2, 40_000), (3, 2, 40_000), (4, 3, 52_000), (5, 99, 38_000)]
    import_charges(
        provider="shortapi", month=OCTOBER, name="october.csv", by=None,
        charges=[Charge(number, f"line-{number}", amount, at, f"job-{of}") for number, of, amount in charges],
    )  # fmt: skip


__all__ = ["CSV", "NOON", "OCTOBER", "RANGE", "an_october", "line", "row", "staff", "text_of"]
