"""One death: twenty edits in flight, a SIGKILL at a point, and what the providers and the books say afterwards."""

import os
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import Any

from editor.crash import Point
from editor.domain import EditStatus
from editor.providers.registry import PROVIDERS, REPLAYABLE
from tests.crash.house import House

EDITS = 20
DEADLINE = int(os.environ.get("LIFETIME", "25"))  # seconds: what stays unknown ends then
STEP, LATEST_TURN = 3, 5
PROVIDER_NAMES = list(PROVIDERS)
FINAL = {str(status) for status in EditStatus if status.is_final}
_prompts = count(1)


@dataclass(frozen=True)
class Death:
    """What one death came to; `doubled` are prompts, payloads or keys that made more than one job."""

    point: str
    callbacks: bool
    edits: int
    succeeded: int
    lost: int
    failed_otherwise: int
    posts: int
    replays: int
    jobs: int
    doubled: int


def die_once(house: House, point: Point, *, turn: int, callbacks: bool) -> Death:
    """Have one process die at the point, wait until every edit has ended, and check everything that must hold.

    With each `turn` it strikes later among the twenty, and every fifth as soon as the first again.
    """
    house.start_counting()
    if not callbacks:
        house.never_call_back()
    before = turn % LATEST_TURN * STEP
    numbers = [next(_prompts) for _ in range(EDITS)]
    orders = [
        (PROVIDER_NAMES[at % len(PROVIDER_NAMES)], f"{point} {number}, warmer") for at, number in enumerate(numbers)
    ]
    edits = [house.submit(*order, deadline=DEADLINE) for order in orders[:before]]
    house.arm()
    edits += [house.submit(*order, deadline=DEADLINE) for order in orders[before:]]
    house.wait_for(house.died.exists, seconds=DEADLINE)
    house.wait_for_ends(edits, seconds=DEADLINE + 45)
    return _judge(house, point, edits, orders, callbacks=callbacks)


def _judge(house: House, point: Point, edits: list[str], orders: list[tuple[str, str]], *, callbacks: bool) -> Death:
    counts = house.counts()
    ordered = Counter(provider for provider, _ in orders)
    doubled = made_twice(counts)
    assert doubled == []
    for name, desk in counts.items():
        assert desk["jobs"] <= ordered[name]
        if name not in REPLAYABLE:
            assert desk["posts"] <= ordered[name], f"{name} was paid again"
    ended = [house.edit(edit) for edit in edits]
    assert {edit["status"] for edit in ended} <= FINAL
    for edit in ended:
        charged_only_for_what_is_stored(house, edit)
    assert house.violations() == []
    errors = Counter(edit["error"]["code"] for edit in ended if edit["error"])
    return Death(
        point=point,
        callbacks=callbacks,
        edits=len(ended),
        succeeded=sum(edit["status"] == "succeeded" for edit in ended),
        lost=errors["deadline_exceeded"],
        failed_otherwise=errors.total() - errors["deadline_exceeded"],
        posts=sum(desk["posts"] for desk in counts.values()),
        replays=sum(desk["replays"] for desk in counts.values()),
        jobs=sum(desk["jobs"] for desk in counts.values()),
        doubled=len(doubled),
    )


def made_twice(counts: dict[str, dict[str, Any]]) -> list[tuple[str, int]]:
    """Find what made more than one job: a prompt with any provider, a payload or an idempotency key with one."""
    prompts: Counter[str] = Counter()
    twice: list[tuple[str, int]] = []
    for desk in counts.values():
        prompts.update(desk["jobs_by_prompt"])
        for kind in ("jobs_by_payload", "jobs_by_key"):
            twice += [(what, jobs) for what, jobs in dict(desk[kind]).items() if jobs > 1]
    return twice + [(prompt, jobs) for prompt, jobs in prompts.items() if jobs > 1]


def charged_only_for_what_is_stored(house: House, edit: dict[str, Any]) -> None:
    """A charged edit has its picture, whole; one that is not charged may have got a late one, free."""
    charged = float(edit["price"]["charged"]) > 0
    assert charged == (edit["status"] == "succeeded"), edit
    for output in edit["outputs"] if charged else []:
        picture = house.api.get(output["url"])
        assert picture.status_code == 200
        assert len(picture.content) > 1000
    assert not charged or len(edit["outputs"]) == 1


def table(deaths: list[Death]) -> str:
    """Write down what was measured, a line for each point with and without callbacks."""
    names = ("point", "callbacks", "deaths", "edits", "succeeded", "ended by deadline", "failed otherwise", "POSTs")
    heads = [*names, "of these replays", "jobs", "doubled"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    kinds = list(dict.fromkeys((death.point, death.callbacks) for death in deaths))
    for point, callbacks in kinds:
        these = [death for death in deaths if (death.point, death.callbacks) == (point, callbacks)]
        sums = [
            sum(getattr(death, name) for death in these)
            for name in ("edits", "succeeded", "lost", "failed_otherwise", "posts", "replays", "jobs", "doubled")
        ]
        row = [point, "yes" if callbacks else "no", len(these), *sums]
        lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
    return "\n".join(lines)
