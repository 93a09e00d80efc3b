"""One edit's world: two or more waves, their hands, four providers, callers-back, a customer, the sweeper.

`actions` names all that may happen next, `act` has one of them happen, `settle_down` lets everything come to its end.
What must never be true is looked for after each action, what must be true in the end at the end.
"""

from collections.abc import Callable
from typing import Any

from editor.attempts import CHARGED, AttemptState, Event
from tests.editor.interleavings.hands import Hands, Work
from tests.editor.interleavings.rows import COST, PRICE, Broken, Held, Row, Rows
from tests.editor.interleavings.upstream import Choose, Job, Upstream

WAVES = 2
MOST_POSTS = 40  # for one edit, replays and all
ROUTES = (
    ["poll", "list", "key"], ["key", "poll", "list"], ["list", "key", "many"],
    ["many", "poll", "key"], ["key", "list"], ["list"], ["poll", "many"],
)  # fmt: skip
S = AttemptState
OWED = {S.DELIVERED, S.LOST}
ORDERED_AGAIN = {S.NOT_SENT, S.REJECTED, S.FAILED, S.CANCELED}

HABITS = (
    "die",
    "sleep",
    "call_back",
    "forge",
    "cancel",
    "be_late",
    "decide",
    "rest",
)  # a world has some of them, else none comes far
Action = tuple[Callable[[Any], None], Any]
CONTROLS = (
    "epochs_are_ignored", "orphans_are_sent_again", "posts_before_writing", "sends_without_a_lease", "routes_unknown",
)  # fmt: skip


class World:
    """A world to explore; `control` takes one of the guards away."""

    def __init__(self, choose: Choose, control: str = "") -> None:
        self.choose = choose
        self.rows = Rows(
            n=1 + choose(2),
            route=ROUTES[choose(len(ROUTES)) if control != "sends_without_a_lease" else 1],  # a replayed one
            epochs=control != "epochs_are_ignored",
            routes_unknown=control == "routes_unknown",
        )
        self.upstream = Upstream(self.rows, choose)
        self.lost: set[int] = set()
        self.hands = Hands(
            self.rows, self.upstream, choose, self.lost,
            orphans_are_sent_again=control == "orphans_are_sent_again",
            posts_before_writing=control == "posts_before_writing",
            sends_without_a_lease=control in {"epochs_are_ignored", "sends_without_a_lease"},
        )  # fmt: skip
        self.habits = {name: bool(choose(2)) for name in HABITS}
        self.waves = list(range(WAVES))
        self.dead: list[int] = []
        self.next_wave = WAVES
        self.at_work: list[tuple[Held, Work]] = []
        self.steps = 0

    def actions(self) -> list[Action]:
        """Name everything that may happen now. Steps come twice: most of the time work just goes on."""
        rows, does = self.rows, self.habits
        found: list[Action] = []
        found += [(self._step, work) for work in self.at_work if work[0].wave not in self.lost] * 2
        found += [(self._step, work) for work in self.at_work if work[0].wave in self.lost]
        found += [(self._claim, (wave, row)) for row in rows.attempts if row.due for wave in self.waves]
        if does["die"] or does["sleep"]:
            busy = {held.wave for held, _ in self.at_work} - self.lost
            found += [(self._die, wave) for wave in busy if does["die"]]
            found += [(self._fall_asleep, wave) for wave in busy if does["sleep"]]
        found += [(self._expire, wave) for wave in self.dead]
        found += [(self._work, job) for job in self.upstream.jobs if job.state == "running"]
        return found + self._from_outside()

    def _from_outside(self) -> list[Action]:
        """Name what customers, staff, strangers and the clock may do now."""
        rows, does = self.rows, self.habits
        found: list[Action] = []
        if does["call_back"]:
            found += [(self._call_back, job) for job in self.upstream.jobs if job.provider != "list"]
        if does["forge"]:
            found += [(self._forge, row) for row in rows.attempts if row.state in {S.UNKNOWN, S.SUBMITTING}]
        if does["decide"]:
            found += [(self._give_up, row) for row in rows.attempts if self._unsettled(row)]
            found += [(self._disprove, row) for row in rows.attempts if self._unsettled(row) and self._unmade(row)]
        if does["rest"]:
            found += [(self._reroute, row) for row in rows.attempts if row.state == S.INTENT and row.due]
        if does["cancel"] and not rows.cancel_asked:
            found.append((self._cancel, None))
        if does["be_late"] and not rows.overdue:
            found.append((self._time_is_up, None))
        if rows.overdue and not rows.status:
            found.append((self._sweep, None))
        return found

    def act(self, action: Action) -> None:
        """Have one thing happen, and look at what is left."""
        self.steps += 1
        happen, what = action
        happen(what)
        self._look()

    def settle_down(self) -> None:
        """Let time pass until nothing is due any more, and judge."""
        self._time_is_up(None)
        self._sweep(None)
        for _ in range(3):
            while self.at_work:
                self.act((self._step, self.at_work[-1]))
            for wave in self.dead[:]:
                self._expire(wave)
            for job in self.upstream.jobs:
                job.state = "done" if job.state == "running" else job.state
            for row in self.rows.attempts:
                if row.due:
                    self._claim((self.waves[0], row))
        while self.at_work:
            self.act((self._step, self.at_work[0]))
        self._judge()

    def _claim(self, what: tuple[int, Row]) -> None:
        wave, row = what
        held = self.rows.claim(row, wave)
        self.at_work.append((held, self.hands.drive(held)))

    def _step(self, work: tuple[Held, Work]) -> None:
        if next(work[1], "ended") == "ended":
            self.at_work.remove(work)

    def _die(self, wave: int) -> None:
        """SIGKILL: its hands do nothing more, its rows are its own until its lease is out."""
        self.at_work = [(held, work) for held, work in self.at_work if held.wave != wave]
        self._replace(wave)
        self.dead.append(wave)

    def _fall_asleep(self, wave: int) -> None:
        """SIGSTOP for longer than its lease, then SIGCONT: its rows are given back, and its hands go on."""
        self._replace(wave)
        self.lost.add(wave)
        self.rows.give_back(wave)

    def _replace(self, wave: int) -> None:
        self.waves[self.waves.index(wave)] = self.next_wave
        self.next_wave += 1

    def _expire(self, wave: int) -> None:
        self.dead.remove(wave)
        self.rows.give_back(wave)

    def _work(self, job: Job) -> None:
        job.state = "done" if self.choose(4) else "failed"

    def _call_back(self, job: Job) -> None:
        self.rows.callback(self.rows.row(job.attempt), job.ticket)

    def _forge(self, row: Row) -> None:
        self.rows.callback(row, "of-nobody")

    def _cancel(self, _: None) -> None:
        self.rows.cancel()

    def _unsettled(self, row: Row) -> bool:
        return row.state == S.UNKNOWN and row.wave is None

    def _unmade(self, row: Row) -> bool:
        """Staff are told the truth: what was not made until now, of an order that nobody holds, never is."""
        return row.error_code != CHARGED and not self.upstream.of(row.id)

    def _give_up(self, row: Row) -> None:
        self.rows.give_up(row)

    def _disprove(self, row: Row) -> None:
        """`disprove_attempt.disprove_attempt`."""
        self.rows.close(row.held(), Event.DISPROVED, "not_made")

    def _reroute(self, row: Row) -> None:
        """`reroute_waiting.reroute_waiting`: its provider rests."""
        self.rows.close(row.held(), Event.REROUTED, "provider_resting")

    def _time_is_up(self, _: None) -> None:
        self.rows.overdue = True

    def _sweep(self, _: None) -> None:
        self.rows.end_overdue()

    def _look(self) -> None:
        if self.upstream.posts > MOST_POSTS:
            raise Broken("it is ordered for ever")
        open_parts = [row.part for row in self.rows.attempts if row.state in S_OPEN]
        if len(set(open_parts)) < len(open_parts):
            raise Broken("two open attempts of one part")
        if bool(self.rows.status) == (self.rows.hold == "held"):
            raise Broken("a hold that does not end with its edit")
        if self.rows.status and open_parts:
            raise Broken("an edit that has ended has an open attempt")

    def _judge(self) -> None:
        rows = self.rows
        if not rows.status:
            raise Broken("an edit that never ended")
        in_time = [picture for row in rows.attempts if row.state == S.DELIVERED for picture in row.outputs]
        if rows.charged != min(PRICE * len(in_time), rows.quoted) or (rows.hold == "captured") != bool(in_time):
            raise Broken("charged is not what arrived")
        for row in rows.attempts:
            jobs = self.upstream.of(row.id)
            owed = row.state in OWED or (row.state == S.FAILED and bool(row.results))
            if owed != (row.id in rows.costs):
                raise Broken(f"{row.state}, and its cost is {rows.costs.get(row.id)}")
            if row.state in ORDERED_AGAIN and not owed and any(job.state != "failed" for job in jobs):
                raise Broken(f"{row.state}, and {row.provider} made it all the same")
            if row.outputs and row.state not in OWED:
                raise Broken(f"{row.state} with pictures")
        self._judge_pictures()
        if sum(amount for amount, _ in rows.costs.values()) > 2 * COST * len(rows.attempts):
            raise Broken("more is booked than was ordered")

    def _judge_pictures(self) -> None:
        shown = [picture for row in self.rows.attempts for picture in row.outputs]
        if len(set(shown)) < len(shown):
            raise Broken("a picture was delivered twice")
        for row in self.rows.attempts:
            mine = {job.ticket for job in self.upstream.of(row.id)}
            if not {picture.partition("/")[0] for picture in row.outputs} <= mine:
                raise Broken("a picture of another order was delivered")


S_OPEN = {S.INTENT, S.SUBMITTING, S.ACCEPTED, S.COLLECTING, S.UNKNOWN}
