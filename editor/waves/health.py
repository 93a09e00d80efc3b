"""Gather what attempts show of their providers, and write it down together a few times a second.

Counted are paid requests and jobs, not polls: one whose job cannot be asked after is counted once, at the third poll in
a row that failed. Our own death, a bad result and what our picture or the prompt is to blame for count nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from editor.breaker import Outcome
from editor.providers import errors
from editor.services.note_outcomes import Noted, note_outcomes
from editor.services.raise_alert import CONTRACT, raise_alert
from editor.waves.claims import Held

log = structlog.get_logger(__name__)

EVERY_SECONDS = 0.25
POLLS_FAILED = 3
GARBLED = "A reply could not be read."


class Health:
    """What is still to be noted. A failure to write it is only logged: more of the same will follow."""

    def __init__(self, in_database: Callable[..., Awaitable[Any]]) -> None:
        """Take the function that runs another one in the database's thread."""
        self._in_database = in_database
        self._waiting: list[Noted] = []
        self._unreadable: dict[str, str] = {}
        self._at_once = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, held: Held) -> Iterator[None]:
        """Note how a paid request goes: that it was taken, or the error, which is passed on."""
        try:
            yield
        except errors.ProviderError as error:
            self.failed(held, error)
            raise
        except Exception:
            self._note(held, Outcome.BAD, GARBLED)
            raise
        self.worked(held)

    def worked(self, held: Held) -> None:
        """Note that an order was taken, or its job delivered."""
        self._note(held, Outcome.GOOD)

    def failed(self, held: Held, error: errors.ProviderError) -> None:
        """Note what a provider answered instead, or that it did not; what cannot be read is a matter for staff."""
        if isinstance(error, errors.Unreadable) and not held.is_test:
            self._unreadable[held.provider] = error.message
        retry_after = error.retry_after if isinstance(error, errors.RateLimited) else None
        self._note(held, outcome_of(error), error.message, retry_after)

    def spared(self, held: Held) -> None:
        """Note that an order was not sent after all, for a reason of ours."""
        self._note(held, Outcome.SPARED)

    def poll_failed(self, held: Held, error: errors.ProviderError) -> None:
        """Note a failed poll, the `held.asked`th in a row, if it says something of the provider."""
        if held.asked == POLLS_FAILED or isinstance(error, errors.RateLimited | errors.OutOfCredit):
            self.failed(held, error)

    async def flush(self) -> None:
        """Write down what waits, now."""
        self._at_once.set()
        if self._writing is not None:
            await self._writing

    def _note(self, held: Held, outcome: Outcome, message: str = "", retry_after: float | None = None) -> None:
        if held.is_test:  # the simulator says nothing of the provider it plays
            return
        self._waiting.append(Noted(held.provider, held.id, outcome, message, retry_after))
        if outcome is Outcome.ACCOUNT:
            self._at_once.set()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._waiting:
            try:
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._at_once.wait()
            except TimeoutError:
                pass
            self._at_once.clear()
            batch, self._waiting = self._waiting, []
            unreadable, self._unreadable = self._unreadable, {}
            try:
                await self._in_database(note_outcomes, batch)
                for provider, why in unreadable.items():
                    message = f"{provider} sent what its documents do not describe: {why}"
                    await self._in_database(raise_alert, kind=CONTRACT, subject=provider, message=message)
            except Exception:
                log.exception("outcomes_not_noted", count=len(batch))


def outcome_of(error: errors.ProviderError) -> Outcome:
    """Say what an error shows of the provider."""
    match error:
        case errors.OutOfCredit():
            return Outcome.ACCOUNT
        case errors.RateLimited():
            return Outcome.LIMITED
        case errors.Rejected():  # also moderation, and our picture that could not be fetched
            return Outcome.ANSWERED
        case errors.OutcomeUnknown(code=code) if "in_progress" in code:  # our key's first request is still at work
            return Outcome.ANSWERED
        case _:
            return Outcome.BAD
