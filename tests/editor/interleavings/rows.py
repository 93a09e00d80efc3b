"""The rows of one edit and the rules of every statement that changes them, as the services and waves write them.

Each method is one transaction of the real code, named in its docstring; the state machine, the routing and the judging
of an edit's end are the real functions. Times are left out: something is due or not, a deadline has passed or not.
"""

from dataclasses import dataclass, field

from editor.attempts import CHARGED, OPEN_STATES, AttemptState, Effect, Event, advance
from editor.routing import Tried, next_provider, split
from editor.services.finish_edit import judge

OUTPUTS = {"many": 2, "poll": 1, "key": 1, "list": 1}
COST, PRICE = 40, 50
TICKETLESS = {AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.LOST}
ASKABLE = {AttemptState.ACCEPTED, AttemptState.UNKNOWN, AttemptState.LOST}


class Broken(AssertionError):
    """Something that must never be true."""


class TicketTaken(Exception):
    """The unique constraint on (provider, ticket)."""


@dataclass(slots=True)
class Row:
    """An attempt. `part` is unique among the open ones, `root` the picture order that it descends from."""

    id: int
    part: int
    root: int
    n: int
    provider: str
    state: AttemptState = AttemptState.INTENT
    epoch: int = 0
    wave: int | None = None
    due: bool = True
    ticket: str = ""
    hinted_ticket: str = ""
    results: tuple[str, ...] = ()
    error_code: str = ""
    error_message: str = ""
    outputs: tuple[str, ...] = ()

    def held(self) -> "Held":
        return Held(
            self.id, self.epoch, self.state, self.provider, self.n, self.ticket, self.hinted_ticket, self.results
        )


@dataclass(slots=True)
class Held:
    """An attempt as a wave took it: what it knows, which may be long out of date."""

    id: int
    epoch: int
    state: AttemptState
    provider: str
    n: int
    ticket: str
    hinted_ticket: str
    results: tuple[str, ...]
    wave: int = 0


@dataclass(slots=True)
class Rows:
    """One edit, its attempts and its money. `epochs` False is the control without fencing."""

    n: int
    route: list[str]
    epochs: bool = True
    routes_unknown: bool = False
    attempts: list[Row] = field(default_factory=list)
    cancel_asked: bool = False
    awaits_approval: bool = False
    overdue: bool = False
    status: str = ""
    hold: str = "held"
    charged: int = 0
    costs: dict[int, tuple[int, bool]] = field(default_factory=dict)
    delivered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for n in split(self.n, OUTPUTS[self.route[0]]):
            root = len(self.attempts) + 1
            self.attempts.append(Row(root, root, root, n, self.route[0]))

    @property
    def units(self) -> dict[str, dict[str, int]]:
        return {provider: {"cost": COST, "price": PRICE} for provider in self.route}

    @property
    def quoted(self) -> int:
        return self.n * PRICE

    def row(self, attempt_id: int) -> Row:
        return self.attempts[attempt_id - 1]

    def _mine(self, held: Held, states: set[AttemptState]) -> Row | None:
        row = self.row(held.id)
        return row if row.state in states and (row.epoch == held.epoch or not self.epochs) else None

    def write(self, held: Held, event: Event | None, *, release: bool = False, due: bool = False, **columns) -> bool:
        """`recorder.write`, as `moves.move` (an event) and `moves.let_go` (none) use it."""
        state = advance(held.state, event).state if event else held.state
        row = self._mine(held, {held.state, state})
        if row is None:
            return False
        ticket = columns.get("ticket")
        if ticket and any(other.ticket == ticket and other is not row for other in self.attempts):
            raise TicketTaken
        if release:
            row.wave = None
            row.due = due or (state == AttemptState.UNKNOWN and row.hinted_ticket != held.hinted_ticket)
        else:
            row.due = False
        row.state = held.state = state
        for name, value in columns.items():
            setattr(row, name, value)
        return not release

    def claim(self, row: Row, wave: int) -> Held:
        """`claims.claim`."""
        row.wave, row.due = wave, False
        row.epoch += 1
        held = row.held()
        held.wave = wave
        return held

    def give_back(self, wave: int) -> None:
        """`lease._GIVE_BACK`."""
        for row in self.attempts:
            if row.wave == wave:
                row.wave = None
                row.epoch += 1
                row.due = row.state in OPEN_STATES or row.state == AttemptState.LOST

    def close(self, held: Held, event: Event, code: str) -> None:
        """`close_attempt.close_attempt`."""
        step = advance(held.state, event)
        row = self._mine(held, {held.state})
        if row is None:
            return
        self._end(row, step.state, code)
        if Effect.BOOK_COST in step.effects:
            self._book(row, COST * row.n, certain=True)
        if Effect.ROUTE_AGAIN in step.effects and self._route_again(row):
            return
        self.finish()

    def route_unknown(self, row: Row) -> None:
        """No rule of ours: the control that orders elsewhere what may have been taken."""
        self._end(row, AttemptState.REJECTED, "unknown")
        if not self._route_again(row):
            self.finish()

    def _route_again(self, ended: Row) -> bool:
        tried = [Tried(row.provider, row.error_code) for row in self.attempts if row.part == ended.part]
        following = next_provider(self.route, tried)
        if following is None or self.cancel_asked or self.overdue:
            return False
        provider, _ = following
        last_part = max(row.part for row in self.attempts)
        for index, n in enumerate(split(ended.n, OUTPUTS[provider])):
            part = ended.part if index == 0 else last_part + index
            if any(row.part == part and row.state in OPEN_STATES for row in self.attempts):
                raise Broken("two open attempts of one part")
            self.attempts.append(Row(len(self.attempts) + 1, part, ended.root, n, provider))
        return True

    def collect(self, held: Held, pictures: tuple[str, ...], *, late: bool) -> bool:
        """`collect_results.collect_results`."""
        was = AttemptState.LOST if late else AttemptState.COLLECTING
        row = self._mine(held, {was})
        if row is None or row.outputs:
            return False
        if not late:
            self._end(row, advance(was, Event.DELIVERED).state, "")
        row.wave, row.due, row.outputs = None, False, pictures
        if not late:
            self.delivered += [row.provider] * len(pictures)
            self._book(row, COST * row.n * min(len(row.results), row.n) // row.n, certain=True)
            self.finish()
        return True

    def note_late(self, attempt_id: int, results: tuple[str, ...]) -> None:
        """`note_late.note_late`."""
        row = self.row(attempt_id)
        if row.state == AttemptState.LOST and not (row.ticket or row.results or row.outputs):
            row.results, row.due = results, True

    def hint(self, attempt_id: int, ticket: str) -> None:
        """`hint_ticket.hint_ticket`."""
        row = self.row(attempt_id)
        if not row.ticket and row.state in TICKETLESS:
            row.hinted_ticket = ticket
            row.due = row.due or row.wave is None

    def callback(self, row: Row, ticket: str) -> None:
        """`receive_callback.receive_callback`."""
        self.hint(row.id, ticket)
        if row.wave is None and row.state in ASKABLE:
            row.due = True

    def cancel(self) -> None:
        """`cancel_edit.cancel_edit`."""
        if self.status:
            return
        self.cancel_asked = True
        for row in self.attempts:
            if row.state == AttemptState.INTENT:
                row.epoch += 1
                self._end(row, AttemptState.CANCELED, "canceled")
        self.finish()

    def end_overdue(self) -> None:
        """`end_overdue.end_overdue`."""
        if self.status:
            return
        for row in self.attempts:
            if row.state in OPEN_STATES:
                self._give_up(row, Event.DEADLINE, "deadline_exceeded")
        self.finish()

    def give_up(self, row: Row) -> None:
        """`give_up_attempt.give_up_attempt`: staff do, where no wave has it."""
        self._give_up(row, Event.GIVEN_UP, "given_up")
        self.finish()

    def _give_up(self, row: Row, event: Event, code: str) -> None:
        step = advance(row.state, event)
        charged = row.error_code == CHARGED
        row.epoch += 1
        self._end(row, step.state, code)
        row.due = step.state == AttemptState.LOST and bool(row.ticket or row.results)
        if Effect.BOOK_SUSPENSE in step.effects:
            self._book(row, COST * row.n, certain=charged)

    def finish(self) -> None:
        """`finish_edit.finish_edit`, with its own `judge`."""
        if self.status or any(row.state in OPEN_STATES for row in self.attempts):
            return
        ending = judge(self, self.attempts, self.delivered)  # type: ignore[arg-type]
        if self.hold != "held":
            raise Broken("a hold was closed twice")
        self.hold = "captured" if ending.charge else "released"
        self.charged, self.status = ending.charge, ending.status

    def _end(self, row: Row, state: AttemptState, code: str) -> None:
        row.state, row.wave, row.due, row.error_code = state, None, False, code

    def _book(self, row: Row, amount: int, *, certain: bool) -> None:
        """`ledger.record_cost`: the same again changes nothing, anything else is a conflict."""
        if self.costs.setdefault(row.id, (amount, certain)) != (amount, certain):
            raise Broken("a cost was booked twice")
