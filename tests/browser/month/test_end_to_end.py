"""A month from the first top-up to its sign-off: five providers, Stripe, a customer and staff, each on its side."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from billing.closing import close_books
from billing.facade import balance
from billing.models import CostLine, DailyClose, MonthSignOff, ParkedItem, Payment, ReviewItem, StripeSweep
from billing.money import format_short
from billing.reconciliation.judge import Found
from editor.models import Alert, Attempt, Edit
from editor.providers.registry import PROVIDERS
from tests.books import assert_books_are_right
from tests.browser.month.closing import billed, bring_statements, found, put_in, resolve_all, sign
from tests.browser.month.paying import heard, top_up, turn_automatic_on
from tests.browser.month.plan import DAYS
from tests.browser.month.studio import Studio, enter_prices, ledger_says, night
from tests.conftest import Person, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOLLAR = 1_000_000
ROUTES = {(name, "2K") for name in PROVIDERS} | {(name, "4K") for name in PROVIDERS if name != "shortapi"}
OCTOBER = "since=2026-10-01&until=2026-10-31"


@pytest.fixture
def studio(clock, vendors, stripe, alice, live_server) -> Iterator[Studio]:
    """Alice's, with a budget of 20 dollars a month."""
    enter_prices()
    studio = Studio(alice.key, live_server.url, vendors, clock)
    studio.ask("POST", "/budgets", json={"scope": "workspace", "period": "month", "limit": "20"})
    yield studio
    studio.http.close()


def in_micro(dollars: str) -> int:
    return int(Decimal(dollars) * DOLLAR)


def test_a_month_is_paid_for_worked_through_closed_and_signed_off(window, clock, vendors, stripe, alice, studio):
    hers = window().sign_in(alice)
    top_up(hers.open("/billing/top-up/"), stripe)
    turn_automatic_on(hers.open("/billing/automatic/"), stripe, below="23.50", by="10")
    for day, orders in DAYS.items():
        studio.day(datetime(2026, 10, day, 9, tzinfo=UTC), orders)
        if day != max(DAYS):  # AI/ML API's books of that day are left for staff to fetch
            night(clock, datetime(2026, 10, day, 9, tzinfo=UTC))
        heard(stripe)
    assert set(CostLine.objects.values_list("provider", "resolution")) == ROUTES
    assert Counter(Edit.objects.values_list("status", flat=True)) == {"succeeded": 45, "partial": 1, "failed": 9}
    ended = Counter(Attempt.objects.values_list("state", flat=True))
    assert ended == {"delivered": 46, "failed": 5, "rejected": 3, "lost": 2}
    assert_everybody_tells_the_same(window, clock, alice, studio)
    close_october(window, clock, vendors)
    night(clock, datetime(2026, 11, 3, 10, tzinfo=UTC))
    assert_all_is_in_order()


def assert_everybody_tells_the_same(window: Any, clock: Any, alice: Person, studio: Studio) -> None:
    """On the last evening ledger, usage and budget say what the books say, to the micro-dollar, by API and on pages."""
    clock.go(datetime(2026, 10, 31, 21, tzinfo=UTC))
    books = ledger_says(alice.workspace.id)
    spent, charged = -books.pop("capture"), sum(Edit.objects.values_list("charged", flat=True))
    assert set(books) == {"top_up"}
    assert (books["top_up"], spent) == (35 * DOLLAR, charged)
    assert balance(alice.workspace.id).available == books["top_up"] - spent
    lines = studio.all_of("/ledger?from=2026-10-01&to=2026-10-31")
    assert sum(in_micro(line["amount"]) for line in lines) == books["top_up"] - spent
    usage = studio.ask("GET", "/usage?from=2026-10-01&to=2026-10-31")["total"]
    (budget,) = studio.ask("GET", "/budgets")["data"]
    assert (in_micro(usage["charged"]), in_micro(budget["spent"])) == (spent, spent)
    hers, said = window().sign_in(alice), f"${format_short(spent)}"
    expect(hers.open(f"/billing/usage/?{OCTOBER}").locator(".said")).to_contain_text(
        f"{said} spent for {usage['pictures']} "
    )
    expect(hers.open("/billing/budgets/").locator(".budgets")).to_contain_text(f"{said} of $20.00")
    expect(hers.open("/billing/").locator("#numbers")).to_contain_text(f"${format_short(35 * DOLLAR - spent)}")
    history = csv.DictReader(io.StringIO(hers.context.request.get(f"{hers.base}/billing/history/csv/").text()))
    assert sum(in_micro(line["amount_usd"]) for line in history) == books["top_up"] - spent


def close_october(window: Any, clock: Any, vendors: Any) -> None:
    """On 3 November staff bring the statements, find what was wrong and nothing else, and sign."""
    clock.go(datetime(2026, 11, 3, 10, tzinfo=UTC))
    sam = make_user("sam", is_staff=True)
    page = window().sign_in(Person(sam, None, "")).open("/staff/costs/statements/")  # type: ignore[arg-type]
    bring_statements(page, vendors.url, "2026-10")
    assert found() == put_in(vendors.url)
    assert len(found()) == 16
    page.get_by_role("link", name="Items", exact=True).click()
    resolve_all(page, len(found()))
    page.get_by_role("link", name="Months", exact=True).click()
    page.get_by_role("link", name="October 2026").click()
    sign(page, "October 2026")
    figures = MonthSignOff.objects.get().figures
    accepted = sum(one.amount for one in put_in(vendors.url) if one.kind == Found.OVER_CHARGED)
    assert sum(one["accepted"] for one in figures) == accepted
    for one in figures:
        stated = billed(vendors.url, one["provider"], "2026-10")
        assert stated == one["stated"] == one["settled"] + one["accepted"] + one["disputed"]
        assert (one["unexplained"], one["open"], one["booked"]) == (0, 0, one["settled"] + one["accepted"])
    assert not ReviewItem.objects.filter(resolved_at=None).exists()


def assert_all_is_in_order() -> None:
    """Nothing was missed from Stripe, every day is closed, every invariant holds, staff have been told of nothing."""
    assert list(Payment.objects.order_by("id").values_list("purpose", "state", "amount")) == [
        ("top_up", "succeeded", 25 * DOLLAR), ("automatic", "succeeded", 10 * DOLLAR),
    ]  # fmt: skip
    sweeps = StripeSweep.objects.all()
    assert {(one.repaired, one.parked, len(one.differences)) for one in sweeps} == {(0, 0, 0)}
    for payment in Payment.objects.all():
        assert sweeps.filter(since__lte=payment.paid_at, began_at__gt=payment.paid_at, looked_at__gt=0).exists()
    assert not ParkedItem.objects.exists()
    assert (DailyClose.objects.count(), close_books()) == (34, [])
    call_command("check_books")
    assert_books_are_right()
    assert set(Alert.objects.values_list("kind", flat=True)) == {"attempt_lost"}
