"""How long money's selectors and pages take at a million edits: `python -m tests.bench million`, or alone.

`python -m tests.bench.million` measures the selectors on the settings' database, which `tests.bench.seed` has filled.
With BENCH_DATA_DIR the database is kept in that folder, and seeded only where it is not yet; without, it is made anew.
To have another page measured, add it to PAGES; a selector, to `_selectors`. BENCH_ONLY=usage measures those so named.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import TypeVar

import httpx

from tests.bench.load import percentile
from tests.bench.seed import WORKSPACES, seed
from tests.bench.stack import running

KEPT = os.environ.get("BENCH_DATA_DIR", "")
ONLY = os.environ.get("BENCH_ONLY", "")
EDITS = int(os.environ.get("BENCH_EDITS", "1000000"))
T = TypeVar("T")
WARM_UP, TIMES, PAGE_TIMES = 5, 100, 50
ALLOWED = 100.0


@dataclass(frozen=True)
class Case:
    """What is asked for this time: a workspace that is large as often as it is busy, and a time."""

    team: int
    day: date
    month_ago: date
    year_ago: date

    def ident(self, prefix: str, place: int | None = None) -> str:
        """Give the id of the workspace, or of its member, key or project at this place."""
        return f"{prefix}_{self.team if place is None else self.team * 10 + place:026d}"


def draw(chance: random.Random) -> Case:
    """Draw a case; the busiest workspace, the first, comes up as often as it works."""
    team = 1 + int(WORKSPACES * chance.random() ** 3)
    day = datetime.now(UTC).date() - timedelta(days=chance.randrange(0, 300))
    return Case(team, day, day - timedelta(days=30), day - timedelta(days=364))


def _selectors() -> dict[str, Callable[[Case], object]]:
    from billing.selectors.cost_lines import cost_evidence, cost_lines
    from billing.selectors.movements import movements
    from billing.selectors.sums import Dimension, sums
    from billing.selectors.usage import usage

    def midnight(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def deep(case: Case) -> object:
        first = movements(workspace_id=case.ident("wsp"), until=midnight(case.day))
        return movements(
            workspace_id=case.ident("wsp"), until=midnight(case.day), after=first[-1].place if first else 1
        )

    found: dict[str, Callable[[Case], object]] = {
        "ledger, newest": lambda case: movements(workspace_id=case.ident("wsp")),
        "ledger, two pages up to a day": deep,
        "ledger, grants only": lambda case: movements(workspace_id=case.ident("wsp"), kinds=["grant", "top_up"]),
    }
    for dimension in (Dimension.DAY, Dimension.PROVIDER, Dimension.MEMBER, Dimension.KEY, Dimension.PROJECT):
        found[f"usage, a month by {dimension.name.lower()}"] = lambda case, by=dimension: usage(  # type: ignore[misc]
            workspace_id=case.ident("wsp"), since=case.month_ago, until=case.day, by=[by]
        )
    found["usage, a year by day and provider"] = lambda case: usage(
        workspace_id=case.ident("wsp"), since=case.year_ago, until=case.day, by=[Dimension.DAY, Dimension.PROVIDER]
    )
    for dimension in (Dimension.DAY, Dimension.PROVIDER, Dimension.WORKSPACE, Dimension.KEY, Dimension.RESOLUTION):
        found[f"cost review, a month by {dimension.name.lower()}"] = lambda case, by=dimension: sums(  # type: ignore[misc]
            since=case.month_ago, until=case.day, by=[by], most=100
        )
    found["cost review, a month of a provider by day"] = lambda case: sums(
        since=case.month_ago, until=case.day, by=[Dimension.DAY], only={Dimension.PROVIDER: "aimlapi"}
    )
    found["cost review, a month by day, provider and resolution"] = lambda case: sums(
        since=case.month_ago, until=case.day, by=[Dimension.DAY, Dimension.PROVIDER, Dimension.RESOLUTION]
    )
    found["cost review, a quarter by day"] = lambda case: sums(
        since=case.day - timedelta(days=91), until=case.day, by=[Dimension.DAY]
    )
    found["cost lines of a day"] = lambda case: cost_lines(since=case.day, until=case.day)
    found["cost lines of a month and provider"] = lambda case: cost_lines(
        since=case.month_ago, until=case.day, only={Dimension.PROVIDER: "apipod"}
    )
    found["cost lines of a workspace"] = lambda case: cost_lines(
        since=case.month_ago, until=case.day, only={Dimension.WORKSPACE: case.ident("wsp")}
    )
    found["cost lines in suspense, a month"] = lambda case: cost_lines(
        since=case.month_ago, until=case.day, state="suspense"
    )
    found["one cost with its evidence"] = lambda case: cost_evidence(f"att_{case.team * (EDITS // WORKSPACES):026d}")
    return found


def _range(case: Case) -> str:
    return f"since={case.month_ago}&until={case.day}"


def _quarter(case: Case) -> str:
    return f"since={case.day - timedelta(days=91)}&until={case.day}"


@cache
def _largest() -> str:
    from billing.models import Statement

    return Statement.objects.latest("lines_read").id


def _attempt(case: Case) -> str:
    return f"att_{case.team * (EDITS // WORKSPACES):026d}"


# Pages as their reader asks for them: the first member of the workspace, its owner; or somebody of the staff.
PAGES: dict[str, tuple[str, Callable[[Case], str]]] = {
    "projects": ("owner", lambda _case: "/"),
    "history of a project": ("owner", lambda case: f"/projects/{case.ident('prj', 1)}/history/"),
    "credit": ("owner", lambda _case: "/credit/"),
    "billing": ("owner", lambda _case: "/billing/"),
    "ledger, newest lines": ("owner", lambda _case: "/billing/history/"),
    "ledger, charges up to a day": ("owner", lambda case: f"/billing/history/?kind=charges&until={case.day}"),
    "usage, 30 days": ("owner", lambda _case: "/billing/usage/"),
    "usage, a year by key": ("owner", lambda _case: "/billing/usage/?span=365&by=key"),
    "usage, a month by project": (
        "owner",
        lambda case: f"/billing/usage/?since={case.month_ago}&until={case.day}&by=project",
    ),
    "budgets": ("owner", lambda _case: "/billing/budgets/"),
    "staff": ("staff", lambda _case: "/staff/"),
    **{
        f"cost review, a month by {by}": ("staff", lambda case, by=by: f"/staff/costs/?by={by}&{_range(case)}")  # type: ignore[misc]
        for by in ("day-and-provider", "day", "provider", "workspace", "key", "resolution")
    },
    "cost review, a month of a provider by workspace": (
        "staff", lambda case: f"/staff/costs/?by=workspace&provider=shortapi&{_range(case)}"
    ),
    **{
        f"cost review, a quarter by {by}": ("staff", lambda case, by=by: f"/staff/costs/?by={by}&{_quarter(case)}")  # type: ignore[misc]
        for by in ("day-and-provider", "day", "workspace", "key")
    },
    "cost review, a quarter of a provider by key": (
        "staff", lambda case: f"/staff/costs/?by=key&provider=shortapi&{_quarter(case)}"
    ),
    "cost review, a month as CSV": ("staff", lambda case: f"/staff/costs/days.csv?{_range(case)}"),
    "attempts of a month and provider": (
        "staff", lambda case: f"/staff/costs/attempts/?provider=apipod&{_range(case)}"
    ),
    "one attempt": ("staff", lambda case: f"/staff/costs/attempts/{_attempt(case)}/"),
    "items": ("staff", lambda _case: "/staff/costs/items/"),
    "items, all of a provider": ("staff", lambda _case: "/staff/costs/items/?state=all&provider=shortapi"),
    "statements": ("staff", lambda _case: "/staff/costs/statements/"),
    "a statement of 100,000 lines": ("staff", lambda _case: f"/staff/costs/statements/{_largest()}/"),
    "what it charges for nothing we know of": (
        "staff", lambda _case: f"/staff/costs/statements/{_largest()}/?only=unmatched"
    ),
    "months": ("staff", lambda _case: "/staff/costs/months/"),
    "a month": ("staff", lambda case: f"/staff/costs/months/{case.day:%Y-%m}/"),
}  # fmt: skip


def million() -> Iterator[str]:
    """A year of edits, then selectors as the web's role, then pages by HTTP, one reader at a time."""
    with running(only="web", workspaces=1, kept=KEPT) as stack:
        _set_up()
        if not _is_seeded():
            yield from (f"seeded: {line}" for line in seed(edits=EDITS))
        yield from selectors()
        yield from pages(stack.url)


def selectors() -> Iterator[str]:
    """Measure every selector on the settings' database, behind the second wall."""
    from django.db import connection

    from accounts import wall
    from config.walls import work_as_web

    work_as_web()
    connection.close()
    wall.open_everywhere()
    for name, ask in _named(_selectors()):
        yield _said(name, [_timed(ask, case) for case in _cases(TIMES)])
    wall.shut()
    connection.close()


def pages(url: str) -> Iterator[str]:
    """Measure every page by HTTP on a web server of this database."""
    cookies: dict[str, str] = {}
    with httpx.Client(base_url=url, timeout=60) as client:
        for name, (reader, address) in _named(PAGES):
            times = []
            for case in _cases(PAGE_TIMES):
                who = case.ident("usr", 1) if reader == "owner" else _staff()
                if who not in cookies:
                    cookies[who] = _sign_in(who)
                cookie = cookies[who]
                times.append(_timed(partial(_get, client, address, cookie), case))
            yield _said(f"page: {name}", times)


def _get(client: httpx.Client, address: Callable[[Case], str], cookie: str, case: Case) -> None:
    answer = client.get(address(case), headers={"Cookie": f"session={cookie}"})
    if answer.status_code != 200:
        raise SystemExit(f"{address(case)} answered {answer.status_code}")


def _cases(times: int) -> Iterator[Case]:
    chance = random.Random(4)
    return (draw(chance) for _ in range(WARM_UP + times))


def _timed(ask: Callable[[Case], object], case: Case) -> float:
    begun = time.perf_counter()
    ask(case)
    return (time.perf_counter() - begun) * 1000


def _said(name: str, times: list[float]) -> str:
    measured = times[WARM_UP:]
    p95 = percentile(measured, 0.95)
    late = "" if p95 < ALLOWED else "  ABOVE 100 ms"
    return f"{name}: p50 {percentile(measured, 0.5):.1f} ms, p95 {p95:.1f} ms{late}"


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def _named(cases: dict[str, T]) -> list[tuple[str, T]]:
    return [(name, case) for name, case in cases.items() if ONLY in name]


def _is_seeded() -> bool:
    from accounts.models import Workspace

    return Workspace.objects.filter(id=f"wsp_{1:026d}").exists()


def _sign_in(user_id: str) -> str:
    """Give the cookie of a new session of somebody's, opened with a second factor."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import User

    user = User.objects.get(id=user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update(
        {
            SESSION_KEY: user.pk,
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "account_authentication_methods": [{"method": "mfa", "type": "totp", "at": time.time()}],
            "account_authentication_methods_user": user.pk,
        }
    )
    session.save()
    return str(session.session_key)


def _staff() -> str:
    """Give the id of somebody on the staff."""
    from accounts.models import User

    user, _ = User.objects.get_or_create(email="staff@bench.example", defaults={"is_staff": True, "password": "!"})
    return str(user.id)


if __name__ == "__main__":
    _set_up()
    for said in selectors():
        print(said, flush=True)
