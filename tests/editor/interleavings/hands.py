"""What a wave does with one attempt, as `editor/waves/drive.py` and its neighbours do it.

A generator: wherever it yields, anything else may happen first, and a process that dies goes no further.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from editor.attempts import CHARGED, AttemptState, Event, Impossible
from tests.editor.interleavings.rows import Held, Rows, TicketTaken
from tests.editor.interleavings.upstream import Choose, Upstream

Work = Generator[None, None, bool]  # whether there is more to do
CLOSINGS = {
    "not_sent": (Event.NOT_SENT, "not_sent"),
    "busy": (Event.REJECTED, "rate_limited"),
    "rejected": (Event.REJECTED, "rejected"),
    "refused": (Event.REFUSED, "content_refused"),
}
ASKED_AGAIN = {"key", "list"}  # REPLAYABLE and FINDABLE


@dataclass(slots=True)
class Hands:
    """The hands of all waves. `lost` are those whose lease ran out while they slept; the rest are controls."""

    rows: Rows
    upstream: Upstream
    choose: Choose
    lost: set[int]
    orphans_are_sent_again: bool = False
    posts_before_writing: bool = False
    sends_without_a_lease: bool = False

    def drive(self, held: Held) -> Work:
        """`drive.drive`."""
        try:
            if held.state == AttemptState.SUBMITTING:
                return (yield from self._orphaned(held))
            while held.state in HANDS_ON and (yield from HANDS_ON[held.state](self, held)):
                pass
        except Impossible:
            pass
        return False

    def _orphaned(self, held: Held) -> Work:
        if self.orphans_are_sent_again:
            return (yield from self._take(held, self.upstream.post(held)))
        return self._become_unknown(held, Event.ORPHANED)

    def _become_unknown(self, held: Held, event: Event) -> bool:
        due = held.provider in ASKED_AGAIN or bool(held.hinted_ticket)
        code = "orphaned" if event is Event.ORPHANED else "outcome_unknown"
        moved = self.rows.write(held, event, release=True, due=due, error_code=code)
        if self.rows.routes_unknown:
            self.rows.route_unknown(self.rows.row(held.id))
        return moved

    def _may_send(self, held: Held) -> bool:
        return held.wave not in self.lost or self.sends_without_a_lease

    def submit(self, held: Held) -> Work:
        """`submit.submit`."""
        yield
        if self.posts_before_writing:
            answer = self.upstream.post(held)
            yield
            if not self.rows.write(held, Event.SUBMIT):
                return False
            return (yield from self._take(held, answer))
        if self.rows.overdue:
            return self.let_go(held, due=True)
        if not self.rows.write(held, Event.SUBMIT):
            return False
        yield
        if not self._may_send(held):
            return False
        answer = self.upstream.post(held)
        yield
        return (yield from self._take(held, answer))

    def _take(self, held: Held, answer: tuple[str, str]) -> Work:
        said, ticket = answer
        if said in CLOSINGS:
            event, code = CLOSINGS[said]
            self.rows.close(held, event, code)
            return False
        if said == "unknown":
            return self._become_unknown(held, Event.OUTCOME_UNKNOWN)
        return (yield from self._taken(held, said, ticket))

    def _taken(self, held: Held, said: str, ticket: str) -> Work:
        """`submit.taken`."""
        if said == "delivered":
            held.results = (ticket,)
            if self.rows.write(held, Event.RESULTS, results=held.results):
                yield
                return True
            self.rows.note_late(held.id, held.results)
            return False
        try:
            moved = self.rows.write(held, Event.ACCEPTED, ticket=ticket)
        except TicketTaken:
            if held.state == AttemptState.UNKNOWN:
                return self.let_go(held)
            return self.rows.write(held, Event.OUTCOME_UNKNOWN, release=True, error_code="ticket_taken")
        if not moved:
            self.rows.hint(held.id, ticket)
            return False
        held.ticket = ticket
        yield
        return True

    def ask(self, held: Held) -> Work:
        """`ask.ask`."""
        yield
        said = self.upstream.poll(held.provider, held.ticket)
        yield
        if said == "failed":
            self.rows.close(held, *((Event.JOB_FAILED, "job_failed") if self.choose(3) else (Event.REFUSED, "refused")))
            return False
        if said == "done":
            held.results = tuple(f"{held.ticket}/{index}" for index in range(held.n))
            return self.rows.write(held, Event.RESULTS, results=held.results)
        return self.let_go(held, due=True)

    def collect(self, held: Held) -> Work:
        """`collect.collect`."""
        yield
        good = self._download(held)
        yield
        if good:
            self.rows.collect(held, good, late=False)
        else:
            self.rows.close(held, Event.UNDELIVERABLE, "bad_result")
        return False

    def _download(self, held: Held) -> tuple[str, ...]:
        return tuple(result for result in held.results[: held.n] if self.choose(4))

    def settle(self, held: Held) -> Work:
        """`settle.settle` and `look_up.look_up`."""
        yield
        if held.hinted_ticket and self.upstream.poll(held.provider, held.hinted_ticket) != "error":
            yield
            return (yield from self._taken(held, "accepted", held.hinted_ticket))
        if self.rows.overdue:
            return self.let_go(held)
        if held.provider == "key":
            return (yield from self._replay(held))
        if held.provider == "list":
            return (yield from self._look_up(held))
        return self.let_go(held, due=bool(held.hinted_ticket))

    def _replay(self, held: Held) -> Work:
        if not self.rows.write(held, Event.REPLAY):
            return False
        yield
        if not self._may_send(held):
            return False
        said, ticket = self.upstream.post(held)
        yield
        if said in {"rejected", "refused"}:
            self.rows.close(held, *CLOSINGS[said])
            return False
        if said in {"accepted", "delivered"}:
            return (yield from self._taken(held, said, ticket))
        return self.let_go(held, due=True)

    def _look_up(self, held: Held) -> Work:
        found = self.upstream.look_up(held.id)
        yield
        if found == "failed":
            self.rows.close(held, Event.REJECTED, "failed_unseen")
            return False
        if found == "charged":
            return self.rows.write(held, None, release=True, error_code=CHARGED)
        return self.let_go(held, due=True)

    def late(self, held: Held) -> Work:
        """`late.ask_late`."""
        ticket = held.ticket or held.hinted_ticket
        if not (held.results and not held.ticket):
            said = self.upstream.poll(held.provider, ticket) if ticket else "failed"
            yield
            if said != "done":
                return self.let_go(held, due=False)
            held.results = tuple(f"{ticket}/{index}" for index in range(held.n))
            try:
                self.rows.write(held, None, ticket=ticket, results=held.results)
            except TicketTaken:
                return self.let_go(held)
        yield
        if good := self._download(held):
            self.rows.collect(held, good, late=True)
            return False
        return self.let_go(held)

    def let_go(self, held: Held, *, due: bool = False) -> bool:
        return self.rows.write(held, None, release=True, due=due)


HANDS_ON: dict[AttemptState, Callable[[Hands, Held], Work]] = {
    AttemptState.INTENT: Hands.submit,
    AttemptState.ACCEPTED: Hands.ask,
    AttemptState.COLLECTING: Hands.collect,
    AttemptState.UNKNOWN: Hands.settle,
    AttemptState.LOST: Hands.late,
}
