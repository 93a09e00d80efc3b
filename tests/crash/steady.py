"""Steady orders over all providers while something happens, and the verdict at the end."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import httpx

from editor.providers.registry import REPLAYABLE
from tests.crash.deaths import FINAL, PROVIDER_NAMES, charged_only_for_what_is_stored, made_twice
from tests.crash.house import House

AGAIN_SECONDS = 0.3
_numbers = count(1)


@dataclass
class Orders:
    """Edits that were accepted, by id, with the provider each is pinned to."""

    house: House
    providers: dict[str, str] = field(default_factory=dict)

    def place(self, *, deadline: int = 600, provider: str = "") -> str:
        """Order an edit and insist: what was not answered is asked again under the same key, and is one order."""
        number = next(_numbers)
        provider = provider or PROVIDER_NAMES[number % len(PROVIDER_NAMES)]
        pause = threading.Event()
        for _ in range(200):
            with suppress(httpx.HTTPError):
                edit = self.house.submit(
                    provider, f"steady {number}, warmer", deadline=deadline, key=f"steady-{self.house.port}-{number}"
                )
                self.providers[edit] = provider
                return edit
            pause.wait(AGAIN_SECONDS)
        raise AssertionError("an order was never accepted")

    @contextmanager
    def steadily(self, every: float, *, deadline: int = 600) -> Iterator[None]:
        """Order one edit each so many seconds meanwhile."""
        stop = threading.Event()

        def keep_ordering() -> None:
            while not stop.wait(every):
                self.place(deadline=deadline)

        thread = threading.Thread(target=keep_ordering)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def ended(self, *, within: float = 60) -> Counter[str]:
        """Wait until all have ended, check all that must hold, and count the edits by status and error."""
        self.house.wait_for_ends(list(self.providers), seconds=within)
        counts = self.house.counts()
        assert made_twice(counts) == []
        ordered = Counter(self.providers.values())
        for name, desk in counts.items():
            assert desk["jobs"] <= ordered[name]
            assert name in REPLAYABLE or desk["posts"] <= ordered[name], f"{name} was paid again"
        edits = [self.house.edit(edit) for edit in self.providers]
        assert {edit["status"] for edit in edits} <= FINAL
        for edit in edits:
            charged_only_for_what_is_stored(self.house, edit)
        assert self.house.violations() == []
        return Counter(edit["error"]["code"] if edit["error"] else edit["status"] for edit in edits)
