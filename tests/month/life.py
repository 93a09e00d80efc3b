"""A month of edits, booked through billing's front door as the editor books them; the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from accounts.ids import new_id
from accounts.models import Workspace
from billing import facade
from billing.models import UpstreamPrice

GRADES = {"shortapi": "C", "pixazo": "D", "apikley": "D", "aimlapi": "A", "apipod": "B"}
COSTS = {"shortapi": 38_000, "pixazo": 40_000, "apikley": 32_500, "aimlapi": 42_000, "apipod": 39_000}
BATCH = 50


@dataclass(frozen=True, slots=True)
class Bought:
    """An attempt that reached its provider: what it was to cost, and how it ended."""

    attempt: str
    provider: str
    ticket: str
    at: datetime
    pictures: int
    cost: int
    outcome: str  # delivered, failed (made nothing), spoiled (made, and of no use), lost (nobody knows)


def open_prices(since: datetime) -> None:
    """Enter what every provider asks, from before the month on."""
    UpstreamPrice.objects.bulk_create(
        [
            UpstreamPrice(
                provider=provider, model="seedream-4.5", resolution=resolution, amount=cost, valid_from=since,
                source="a simulated month",
            )
            for provider, cost in COSTS.items()
            for resolution in ("2K", "4K")
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def live(workspaces: Sequence[Workspace], *, month: date, edits: int, seed: int) -> Iterator[Bought]:
    """Book so many edits, spread over the month; a little less than two hours at its end stay quiet."""
    chance = random.Random(seed)
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    span = (since + timedelta(days=31)).replace(day=1) - since - timedelta(hours=2)
    for start in range(0, edits, BATCH):
        with transaction.atomic():
            for number in range(start, min(start + BATCH, edits)):
                at = since + span * (number / edits)
                yield _edit(chance.choice(workspaces), chance, at=at.replace(microsecond=0))


def _edit(workspace: Workspace, chance: random.Random, *, at: datetime) -> Bought:
    provider = chance.choices(list(COSTS), weights=[3, 1, 2, 2, 2])[0]
    pictures = chance.choices([1, 2], weights=[9, 1])[0] if provider == "shortapi" else 1
    outcome = chance.choices(["delivered", "failed", "spoiled", "lost"], weights=[93, 4, 1, 2])[0]
    edit, attempt, ticket = new_id("edt"), new_id("att"), f"{provider}-{chance.getrandbits(64):016x}"
    cost = COSTS[provider] * pictures
    price = cost + cost // 4
    facade.set_aside(workspace_id=workspace.id, reference=edit, amount=price)
    delivered = outcome == "delivered"
    if delivered:
        facade.capture(reference=edit, amount=price)
    else:
        facade.release(reference=edit)
    facts = facade.CostFacts(
        attempt=attempt, edit=edit, workspace=workspace.id, provider=provider, model="seedream-4.5",
        resolution=chance.choice(["2K", "4K"]), grade=GRADES[provider], ordered=pictures,
        delivered=pictures if delivered else 0, expected=0 if outcome == "failed" else cost, outcome=outcome,
        ticket=ticket, reported_text=f"{cost / 1e6:.6f}" if delivered and provider in {"aimlapi", "apipod"} else "",
        at=at,
    )  # fmt: skip
    facade.record_cost(facts, certain=outcome != "lost")
    if delivered:
        facade.note_retail(edit=edit, charge=price, prices={attempt: price})
    return Bought(attempt, provider, ticket, at, pictures, cost, outcome)
