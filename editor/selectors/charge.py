"""Read why an edit was charged what it was: its quote, its attempts, the ledger's story, the proof of what arrived."""

from collections.abc import Iterator
from dataclasses import dataclass

from billing import facade
from editor.domain import EditStatus
from editor.errors import NotFound
from editor.models import Attempt, Edit, Output


@dataclass(frozen=True, slots=True)
class Told:
    """One attempt: what it brought in time and too late, and what its pictures in time cost at its route's price."""

    attempt: Attempt
    in_time: tuple[Output, ...] = ()
    late: tuple[Output, ...] = ()
    price: int = 0

    @property
    def sum(self) -> int:
        """What its pictures come to, in µ$."""
        return self.price * len(self.in_time)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All that it brought."""
        return self.in_time + self.late


@dataclass(frozen=True, slots=True)
class Charge:
    """All that decides what an edit costs. Amounts in µ$; what it costs us is no part of it."""

    edit: Edit
    attempts: tuple[Told, ...]
    story: facade.Story

    @property
    def in_progress(self) -> bool:
        """Tell whether it is still being worked on."""
        return not EditStatus(self.edit.status).is_final

    @property
    def arrived(self) -> int:
        """Count the pictures that came in time."""
        return sum(len(told.in_time) for told in self.attempts)

    @property
    def late(self) -> int:
        """Count those that came after the end."""
        return sum(len(told.late) for told in self.attempts)

    @property
    def came_to(self) -> int:
        """Sum up the pictures in time, before the quote caps it."""
        return sum(told.sum for told in self.attempts)

    @property
    def dearest(self) -> int:
        """The price of a picture that the quote was made of."""
        return max((unit["price"] for unit in self.edit.units.values()), default=0)


def read_charge(*, workspace_id: str, edit_id: str, project_id: str | None = None, test: bool = False) -> Charge:
    """Read it in five queries; raises NotFound for a missing or foreign one, or one of another project than named."""
    found = Edit.objects.filter(workspace_id=workspace_id, id=edit_id, is_test=test)
    edit = (found.filter(project_id=project_id) if project_id else found).first()
    if edit is None:
        raise NotFound("There is no such edit.")
    return Charge(edit, tuple(_told(edit)), facade.story(workspace_id=workspace_id, reference=edit.id))


def _told(edit: Edit) -> Iterator[Told]:
    outputs = list(Output.objects.filter(edit=edit).select_related("image").order_by("attempt_id", "position"))
    for attempt in Attempt.objects.filter(edit=edit).order_by("part", "created_at", "id"):
        brought = [output for output in outputs if output.attempt_id == attempt.id]
        yield Told(
            attempt=attempt,
            in_time=tuple(output for output in brought if not output.late),
            late=tuple(output for output in brought if output.late),
            price=edit.units.get(attempt.provider, {}).get("price", 0),
        )
