"""Read the history of a project: two queries, however many versions it has."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, F, Value, When
from django.db.models.functions import Left
from django.utils import timezone

from editor.domain import EditStatus
from editor.history import Node, Row, arrange, lines, only_starred
from editor.images.links import signed_url
from editor.models import EditInput, Image

ROW, LANE, RAIL = 64, 22, 12  # pixels, as static/css/history.css has them
LABEL_CHARACTERS = 120
IN_PROGRESS = (EditStatus.QUEUED.value, EditStatus.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Card:
    """What the history shows of one picture, or of an edit that runs or brought nothing.

    `state` is `upload`, `output` or the edit's status; `elapsed` is in seconds; `n` the pictures asked for,
    `place` which of them this is.
    """

    id: str
    state: str
    label: str
    at: datetime
    thumbnail: str = ""
    width: int = 0
    height: int = 0
    starred: bool = False
    late: bool = False
    n: int = 1
    place: int = 0
    reason: str = ""
    node: Node | None = None

    @property
    def in_progress(self) -> bool:
        """Tell whether it is still being worked on."""
        return self.state in IN_PROGRESS

    @property
    def elapsed(self) -> int:
        """Count the seconds since it was asked for."""
        return max(0, int((timezone.now() - self.at).total_seconds()))


@dataclass(frozen=True, slots=True)
class History:
    """The cards from top to bottom, the drawing between them, and what tells one state of it from another."""

    cards: list[Card]
    path: str
    height: int
    version: str
    total: int
    starred: int

    @property
    def in_progress(self) -> bool:
        """Tell whether anything here may change by itself."""
        return any(card.in_progress for card in self.cards)


def read_history(*, workspace_id: str, project_id: str, starred: bool = False) -> History:
    """Give the project's versions as a tree; with `starred` only the starred pictures and what still runs."""
    cards, parents = _edits(project_id)
    unfinished = [card for card in cards.values() if card.in_progress]
    empty_handed = set(cards)
    rows: list[Row] = []
    made: Counter[str] = Counter()
    for card, edit_id, position in _pictures(workspace_id, project_id):
        origin = cards.get(edit_id or "")
        empty_handed.discard(edit_id or "")
        made[edit_id or ""] += 1
        cards[card.id] = replace(card, n=origin.n, place=made[origin.id]) if origin else card
        rows.append(Row(card.id, parents.get(edit_id or ""), origin.at if origin else card.at, position, card.starred))
    total, stars = len(rows), sum(row.starred for row in rows)
    in_progress = {card.id for card in unfinished}
    if starred:
        rows = [*only_starred(rows), *(Row(card.id, None, card.at) for card in unfinished)]
    else:
        rows += [Row(name, parents[name], cards[name].at) for name in empty_handed | in_progress]
    nodes = arrange(rows)
    return History(
        cards=[_placed(cards[node.row.id], node) for node in nodes],
        path=lines(nodes, row=ROW, lane=LANE, rail=RAIL),
        height=len(nodes) * ROW,
        version=version({card.id: card.state for card in unfinished}),
        total=total,
        starred=stars,
    )


def read_in_progress(*, project_id: str) -> str:
    """Give the version of what runs in a project, in one small query, to compare with the page's own."""
    rows = EditInput.objects.filter(
        edit__project_id=project_id, edit__is_test=False, edit__status__in=IN_PROGRESS, position=1
    )
    return version(dict(rows.values_list("edit_id", "edit__status")))


def version(states: dict[str, str]) -> str:
    """Name what runs and how far it is; empty when nothing runs."""
    if not states:
        return ""
    return hashlib.sha256(repr(sorted(states.items())).encode()).hexdigest()[:12]


def _edits(project_id: str) -> tuple[dict[str, Card], dict[str, str]]:
    """Read the edits of a project as cards, and the first input of each."""
    cards, parents = {}, {}
    rows = EditInput.objects.filter(edit__project_id=project_id, edit__is_test=False, position=1).values_list(
        "edit_id",
        "edit__status",
        Left("edit__prompt", LABEL_CHARACTERS),
        "edit__created_at",
        "edit__n",
        "edit__error_message",
        "image_id",
    )
    for edit_id, status, prompt, at, n, reason, image_id in rows:
        cards[edit_id] = Card(id=edit_id, state=status, label=prompt, at=at, n=n, reason=reason)
        parents[edit_id] = image_id
    return cards, parents


def _pictures(workspace_id: str, project_id: str) -> list[tuple[Card, str | None, int]]:
    """Read the pictures of a project as cards, each with the edit that made it and its place there."""
    rows = (
        Image.objects.filter(project_id=project_id, workspace_id=workspace_id)
        .exclude(is_output=True, output=None)  # stored by a process that died before it was listed
        .values_list(
            "id",
            Case(When(is_output=True, then=Left("output__edit__prompt", LABEL_CHARACTERS)), default=F("filename")),
            "is_output",
            "created_at",
            "width",
            "height",
            "starred",
            "output__late",
            "output__edit_id",
            Case(
                When(output__isnull=False, then=F("output__attempt__part") * 10 + F("output__position")),
                default=Value(0),
            ),
        )
        .order_by("output__attempt__part", "output__position", "id")
    )
    return [
        (
            Card(
                id=image_id,
                state="output" if is_output else "upload",
                label=label or "Picture",
                at=at,
                thumbnail=signed_url((image_id, workspace_id), "thumbnail"),
                width=width,
                height=height,
                starred=starred,
                late=bool(late),
            ),
            edit_id,
            position,
        )
        for image_id, label, is_output, at, width, height, starred, late, edit_id, position in rows
    ]


def _placed(card: Card, node: Node) -> Card:
    return replace(card, node=node)
