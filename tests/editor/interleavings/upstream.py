"""Four invented providers that count what they make: one answers with pictures and lists orders, three name jobs.

`key` makes one job of a key, however often it is sent; `list` answers when it is done and can be looked into; `many`
makes two pictures in a job. What goes wrong with an answer is chosen by whoever explores.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.editor.interleavings.rows import Broken, Held, Rows

Choose = Callable[[int], int]
ENDINGS = ("taken", "taken", "lost_answer", "vanished", "not_sent", "busy", "rejected", "refused", "another_job")


@dataclass(slots=True)
class Job:
    """Something that was made, or is being made; it is billed unless it failed."""

    ticket: str
    attempt: int
    root: int
    n: int
    provider: str
    state: str = "running"


@dataclass(slots=True)
class Upstream:
    """All four. `rows` is read for nothing but which order an attempt belongs to."""

    rows: Rows
    choose: Choose
    jobs: list[Job] = field(default_factory=list)
    posts: int = 0

    def post(self, held: Held) -> tuple[str, str]:
        """Take a paid request, or not: how it looks from outside, and the job's name."""
        self.posts += 1
        ending = ENDINGS[self.choose(len(ENDINGS))]
        if ending == "not_sent":
            return "not_sent", ""
        if ending == "vanished":
            return "unknown", ""
        known = self.of(held.id) if held.provider == "key" else []
        if known:  # the same key, the same job; whatever is answered, nothing is made
            return ("unknown", "") if ending in {"lost_answer", "busy"} else ("accepted", known[0].ticket)
        return (ending, "") if ending in {"busy", "rejected", "refused"} else self._take(held, ending)

    def _take(self, held: Held, ending: str) -> tuple[str, str]:
        job = self._make(held)
        if held.provider == "list":
            job.state = "done" if self.choose(4) else "failed"
            lost = ending == "lost_answer" or job.state == "failed"
            return ("unknown", "") if lost else ("delivered", job.ticket)
        if ending == "another_job":
            known_tickets = [row.ticket for row in self.rows.attempts if row.provider == held.provider and row.ticket]
            return "accepted", (known_tickets or [job.ticket])[0]
        return ("unknown", "") if ending == "lost_answer" else ("accepted", job.ticket)

    def _make(self, held: Held) -> Job:
        row = self.rows.row(held.id)
        job = Job(f"{held.provider}-{len(self.jobs) + 1}", held.id, row.root, held.n, held.provider)
        if self.of(held.id):
            raise Broken(f"two jobs for one attempt at {held.provider}")
        self.jobs.append(job)
        ordered = sum(row.n for row in self.rows.attempts if row.id == row.root == job.root)
        if sum(made.n for made in self.jobs if made.root == job.root and made.state != "failed") > ordered:
            raise Broken(f"a part was paid twice, the second time at {held.provider}")
        return job

    def of(self, attempt: int) -> list[Job]:
        return [job for job in self.jobs if job.attempt == attempt]

    def poll(self, provider: str, ticket: str) -> str:
        """Say how a job is doing: running, done, failed, or an error that says nothing."""
        if not self.choose(5):
            return "error"
        found = [job for job in self.jobs if job.ticket == ticket and job.provider == provider]
        return found[0].state if found else "error"

    def look_up(self, attempt: int) -> str:
        """Look into the list: charged, failed, or nothing there, which it may say at any time."""
        found = self.of(attempt)
        if not found or not self.choose(3):
            return "absent"
        return "failed" if found[0].state == "failed" else "charged"
