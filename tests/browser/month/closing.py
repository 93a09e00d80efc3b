"""How staff close a month in the browser, and what of the vendors' errors they must find: each, and nothing besides."""

import csv
import io
from decimal import Decimal
from typing import NamedTuple

import httpx
from playwright.sync_api import Page, expect

from billing.models import CostLine, ReviewItem
from tests.browser.month.plan import KINDS, NAMELESS, NOT_STATED
from tests.browser.month.studio import run_tasks

FILES = ("shortapi", "pixazo", "apikley", "apipod")
WITH_OUR_ID = "aimlapi"
ACCEPTED = "Charged more than expected"  # the rest is disputed


class Wrong(NamedTuple):
    """Something wrong on a statement: `of` is the vendor's job, our attempt, or nothing where neither is named."""

    provider: str
    kind: str
    amount: int
    of: str


def put_in(vendors: str) -> list[Wrong]:
    """Ask the vendors what they did to their books."""
    books = httpx.get(f"{vendors}/control/statements", trust_env=False).json()
    return sorted(_put_in(provider, error) for provider, told in books.items() for error in told["errors"])


def _put_in(provider: str, error: dict[str, str]) -> Wrong:
    kind, amount = KINDS[error["fault"]], abs(int(Decimal(error["usd"]) * 1_000_000))
    if provider == NAMELESS:
        return Wrong(provider, kind if kind == NOT_STATED else "unmatched", amount, "")
    return Wrong(provider, kind, amount, error["client_request_id"] or error["ticket"])


def file(vendors: str, provider: str, month: str) -> bytes:
    """Download a statement, as the control page offers it."""
    path = f"{vendors}/control/statements/{provider}.csv?month={month}"
    return httpx.get(path, trust_env=False).raise_for_status().content


def billed(vendors: str, provider: str, month: str) -> int:
    """Sum up a statement, in µ$."""
    rows = csv.DictReader(io.StringIO(file(vendors, provider, month).decode()))
    signs = {"charge": 1_000_000, "refund": -1_000_000}
    return int(sum(Decimal(row["amount_usd"]) * signs[row["type"]] for row in rows))


def found() -> list[Wrong]:
    """Give what the review found, by the vendors' names for things."""
    jobs = dict(CostLine.objects.exclude(provider=WITH_OUR_ID).values_list("attempt", "ticket"))
    return sorted(
        Wrong(item.provider, item.kind, item.amount,
              "" if item.provider == NAMELESS
              else item.evidence["ticket"] if item.kind == "unmatched"
              else jobs.get(item.attempt, item.attempt))
        for item in ReviewItem.objects.all()
    )  # fmt: skip


def bring_statements(page: Page, vendors: str, month: str) -> None:
    """Fetch AI/ML API's books by HTTP, and import the others' files as all of the month."""
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_text("AI/ML API is being asked.")).to_be_visible()
    assert "editor.tasks.fetch_statements" in run_tasks()
    for name in FILES:
        page.get_by_label("Provider").select_option(name)
        page.get_by_label("Month", exact=True).fill(month)
        page.get_by_label("CSV or JSON file").set_input_files(
            {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": file(vendors, name, month)}
        )
        page.get_by_label("This is all of the month").check()
        page.get_by_role("button", name="Import").click()
        expect(page.locator(".messages")).to_contain_text("0 known from earlier")
    page.get_by_role("link", name="GET /v2/billing/transactions").first.click()
    page.get_by_role("button", name="This is all of").click()
    expect(page.get_by_text("of aimlapi is complete.")).to_be_visible()


def resolve_all(page: Page, count: int) -> None:
    """Look into each item of the queue, and say how it ended."""
    expect(page.get_by_role("heading", name=f"{count} open items")).to_be_visible()
    page.wait_for_load_state("networkidle")
    rows, evidence = page.locator("[data-queue]"), page.locator("#evidence")
    for place in range(count):
        rows.nth(place).click()
        expect(rows.nth(place)).to_have_attribute("aria-current", "true")
        expect(evidence.get_by_role("button", name="Resolve")).to_be_visible()
        expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)
        is_accepted = rows.nth(place).locator("b").inner_text() == ACCEPTED
        evidence.get_by_label("Accept" if is_accepted else "Dispute").check()
        evidence.get_by_label("What you found").fill(f"Asked them about number {place + 1}.")
        evidence.get_by_role("button", name="Resolve").click()
        expect(evidence.get_by_text("It is resolved.")).to_be_visible()


def sign(page: Page, title: str) -> None:
    """Sign the month off, on its page."""
    expect(page.get_by_text("ready to sign")).to_be_visible()
    page.get_by_label("What you compared").fill("every vendor's statement, and their balances")
    page.get_by_role("button", name=f"Sign {title} off").click()
    expect(page.get_by_text(f"{title} is signed off.")).to_be_visible()
