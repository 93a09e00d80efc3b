"""A customer's month: edits by the REST API, done by the real engine on the simulated providers, night after night."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
from django.db import connection, connections
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from billing.price_book import set_price
from editor.attempts import OPEN_STATES, AttemptState
from editor.models import Attempt, Edit
from editor.services.end_overdue import end_overdue
from editor.simulator.dialects import DIALECTS
from editor.sweeper import watch
from editor.waves.loop import run_wave
from tests.browser.month.clock import Clock
from tests.browser.month.plan import Order
from tests.editor.api.doors import picture
from tests.simulator_fixture import Simulator

WAVES = 40
UNPUBLISHED = ("pixazo", "apikley", "apipod")


def enter_prices() -> None:
    """Enter what the simulated providers ask where their documents do not say."""
    for name in UNPUBLISHED:
        set_price(
            provider=name, model="seedream-4.5", resolutions=["2K", "4K"], amount=int(DIALECTS[name].PRICE * 1_000_000),
            source="simulated",
        )  # fmt: skip


class Studio:
    """A workspace that edits pictures by its key."""

    def __init__(self, key: str, url: str, vendors: Simulator, clock: Clock) -> None:
        self.http = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=20, trust_env=False
        )
        self.vendors, self.clock = vendors, clock
        self.image = self.ask("POST", "/images", files={"file": ("cat.jpg", picture(), "image/jpeg")})["id"]
        self.ordered = 0

    def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self.http.request(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def all_of(self, path: str) -> list[dict[str, Any]]:
        """Read a list of the API to its end."""
        page = self.ask("GET", f"{path}&limit=100")
        rows = list(page["data"])
        while page["next"]:
            page = self.ask("GET", f"{path}&limit=100&cursor={page['next']}")
            rows += page["data"]
        return rows

    def day(self, morning: datetime, orders: Sequence[Order]) -> None:
        """Work through a day: the plain orders at once, then those that go wrong; what is not heard of is given up."""
        self.clock.go(morning)
        for together in ([one for one in orders if not one.faults], [one for one in orders if one.faults]):
            for order in together:
                self._order(order)
            _work()
            self.clock.later(minutes=11)
            for edit_id in Edit.objects.filter(finished_at=None).values_list("id", flat=True):
                _in_a_thread(partial(end_overdue, edit_id=edit_id))
        assert not Edit.objects.filter(finished_at=None).exists()

    def _order(self, order: Order) -> None:
        for name, options in order.faults.items():
            self.vendors.order(name, provider=order.provider, times=1, **options)
        self.ordered += 1
        body = {
            "prompt": f"warmer light, number {self.ordered}", "images": [self.image], "provider": order.provider,
            "resolution": order.resolution, "aspect_ratio": "1:1", "n": order.n,
        }  # fmt: skip
        self.ask("POST", "/edits", json=body)


def night(clock: Clock, morning: datetime) -> None:
    """Let the sweeper look after midnight, and do what it enqueues."""
    clock.go(morning.replace(hour=0, minute=20) + timedelta(days=1))
    _in_a_thread(watch)
    run_tasks()


def run_tasks() -> list[str]:
    """Do what waits in the queue, and what that enqueues; waves are run by who needs them. Gives the names."""
    ran: list[str] = []
    while task := OrmQ.objects.exclude(key="waves").order_by("id").first():
        content = task.task
        task.delete()
        ran.append(str(content["func"]))
        _in_a_thread(partial(import_string(content["func"]), *content["args"]))
    return ran


def _work() -> None:
    """Run the engine until nothing is to be done now; what nobody knows stays open until its deadline."""
    for _ in range(WAVES):
        _in_a_thread(partial(run_wave, 0.2))
        if not Attempt.objects.filter(state__in=OPEN_STATES - {AttemptState.UNKNOWN}).exists():
            return
    raise AssertionError("orders are left undone")


def _in_a_thread(work: Callable[[], object]) -> None:
    """Do it where no event loop of Playwright's runs."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def ledger_says(workspace_id: str) -> dict[str, int]:
    """Sum up the wallet's entries by the kind of their transfer, in µ$: the books themselves, no running total."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transfer.kind, sum(entry.amount) FROM billing_entry entry"
            " JOIN billing_account account ON account.id = entry.account_id AND account.kind = 'wallet'"
            " JOIN billing_transfer transfer ON transfer.id = entry.transfer_id"
            " WHERE account.workspace_id = %s GROUP BY transfer.kind",
            [workspace_id],
        )
        return {kind: int(amount) for kind, amount in cursor.fetchall()}
