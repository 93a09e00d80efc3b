"""All that the fake Stripe knows: its objects, its clock, what it will do wrong; kept in a file if asked."""

import json
import secrets
import string
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from copy import deepcopy
from pathlib import Path
from typing import Any

from billing.fake_stripe.orders import Orders
from billing.fake_stripe.refusals import Thing, no_such

VERSION = "2026-10-28.endive"  # what stripe-python 16.1 asks for
OF_BOTH_MODES = ("refund", "balance_transaction", "subscription_item")  # they do not say in which they were made
LETTERS = string.ascii_letters + string.digits
ASKED_BY: ContextVar[tuple[str | None, str | None]] = ContextVar("ASKED_BY", default=(None, None))
"""The request id and the idempotency key that events are caused by."""


class Shop:
    """The account. Every object is a dict of Stripe's shape; names with `_` in front are never shown."""

    def __init__(self, *, folder: Path | None = None) -> None:
        self.address = ""
        self.file = folder / "fake_stripe.json" if folder else None
        self.listeners: list[Callable[[Thing], None]] = []
        self.clear()
        self._load()

    def clear(self) -> None:
        """Forget everything."""
        self.things: dict[str, Thing] = {}
        self.answers: dict[str, Thing] = {}
        self.busy: set[str] = set()
        self.orders = Orders()
        self.asked: Counter[str] = Counter()
        self.ahead = 0

    def now(self) -> int:
        """Give the time; the control can put it forward."""
        return int(time.time()) + self.ahead

    def new(self, prefix: str, kind: str, **fields: object) -> Thing:
        """Make an object and take it into the books."""
        thing: Thing = {"id": self.new_id(prefix), "object": kind, "created": self.now(), **fields}
        if kind not in OF_BOTH_MODES:
            thing["livemode"] = False
        self.things[thing["id"]] = thing
        return thing

    def new_id(self, prefix: str) -> str:
        """Make an id."""
        return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(24))}"

    def find(self, kind: str, thing_id: str, *, param: str = "id") -> Thing:
        """Find an object; raises Refusal."""
        thing = self.things.get(thing_id)
        if thing is None or thing["object"] != kind:
            raise no_such(kind.replace(".", " ").replace("_", " ") if "." in kind else kind, thing_id, param)
        return thing

    def all(self, kind: str) -> list[Thing]:
        """List the objects of a kind, the newest first."""
        return [thing for thing in reversed(self.things.values()) if thing["object"] == kind]

    def tell(self, happened: str, thing: Thing, before: Thing | None = None) -> Thing:
        """Make an event of what happened, with the object as it is now, and send it."""
        request, key = ASKED_BY.get()
        data: Thing = {"object": shown(thing)}
        if before:
            data["previous_attributes"] = deepcopy(before)
        event = self.new(
            "evt",
            "event",
            api_version=VERSION,
            data=data,
            pending_webhooks=1,
            request={"id": request, "idempotency_key": key},
            type=happened,
        )
        for listener in self.listeners:
            listener(event)
        return event

    def save(self) -> None:
        """Write it all down, whole or not at all."""
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_suffix(".new")
            new.write_text(json.dumps({"things": self.things, "answers": self.answers, "ahead": self.ahead}))
            new.rename(self.file)

    def _load(self) -> None:
        if self.file and self.file.exists():
            kept = json.loads(self.file.read_text())
            self.things, self.answers, self.ahead = kept["things"], kept["answers"], kept["ahead"]


def shown(thing: Any) -> Any:
    """Copy what of an object is for others to see."""
    if isinstance(thing, dict):
        return {name: shown(value) for name, value in thing.items() if not name.startswith("_")}
    return [shown(each) for each in thing] if isinstance(thing, list) else thing
