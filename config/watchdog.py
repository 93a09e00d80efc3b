"""The watchdog: which children of `up` are alive and yet do nothing, and must be replaced.

A child is stalled when it has looked so at every look for a while, by our own clock: a database that was away, a
machine that slept or a clock that was set makes all signs old at once, and then everybody has that while to show a new
one. A new child is left in peace at first, and twice as long each time it stalls again without having been well.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from config.embedded.lineage import die_with

PATIENCE = 15.0
GRACE = 30.0
MOST_DOUBLINGS = 5
EVERY_SECONDS = 5.0
LOOK_WITHIN_SECONDS = 8.0

Suspects = dict[str, str]  # the children that show no sign of life, and why


@dataclass(slots=True)
class Record:
    """What is known of one child: since when it looks stalled, and how often it stalled without being well."""

    suspect_since: float | None = None
    strikes: int = 0


@dataclass(slots=True)
class Judge:
    """Decides from looks; no clock and no database of its own."""

    records: dict[str, Record] = field(default_factory=dict)
    patience: float = PATIENCE
    grace: float = GRACE

    def stalled(self, started: Mapping[str, float], seen: Suspects | None, *, now: float) -> Suspects:
        """Give the children to replace and why, and take them to be replaced now.

        `started` tells when each that runs was started; `seen` is None when nothing could be seen.
        """
        if seen is None:
            for record in self.records.values():
                record.suspect_since = None
            return {}
        return {name: why for name, since in started.items() if (why := self._judge(name, seen.get(name), since, now))}

    def _judge(self, name: str, why: str | None, started: float, now: float) -> str | None:
        record = self.records.setdefault(name, Record())
        if why is None:
            record.suspect_since, record.strikes = None, 0
            return None
        settled = started + self.grace * 2 ** min(record.strikes, MOST_DOUBLINGS)
        if now < settled:
            record.suspect_since = None
        elif record.suspect_since is None:
            record.suspect_since = now
        elif now - record.suspect_since >= self.patience:
            record.suspect_since = None
            record.strikes += 1
            return why
        return None


class Watchdog:
    """Looks every few seconds, in a forked process: the database and the web server may hang, the supervisor not."""

    def __init__(
        self, look: Callable[[], Suspects | None], *, judge: Judge | None = None, every: float = EVERY_SECONDS
    ) -> None:
        """`look` runs in the fork and gives None when it could not see; no database connection may be open here."""
        self._look = look
        self._judge = judge or Judge()
        self._every = every
        self._next = 0.0
        self._process: multiprocessing.process.BaseProcess | None = None
        self._answer: Connection | None = None

    def stalled(self, started: Mapping[str, float]) -> Suspects:
        """Give the children to replace and why; returns at once."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._next:
                self._begin(now)
            return {}
        assert self._answer is not None  # noqa: S101
        if not self._answer.poll() and now < self._next - self._every + LOOK_WITHIN_SECONDS:
            return {}
        return self._judge.stalled(started, self._end(), now=now)

    def close(self) -> None:
        """Give up a look that is under way."""
        if self._process is not None:
            self._end()

    def _begin(self, now: float) -> None:
        context = multiprocessing.get_context("fork")
        self._answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_look_and_say, args=(self._look, theirs, os.getpid()), daemon=True)
        self._process.start()
        theirs.close()
        self._next = now + self._every

    def _end(self) -> Suspects | None:
        """Take the answer, if there is one, and clear the process away."""
        assert self._process is not None  # noqa: S101
        assert self._answer is not None  # noqa: S101
        try:
            said = self._answer.recv() if self._answer.poll() else None
        except EOFError:
            said = None
        self._answer.close()
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = self._answer = None
        return said if isinstance(said, dict) else None


def _look_and_say(look: Callable[[], Suspects | None], answer: Connection, parent: int) -> None:
    die_with(parent)
    answer.send(look())
