"""The history of a project as a tree: pictures hang under the first input of the edit that made them. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

LANES = 6  # deeper branches share the last lane: the column is narrow, and `level` still tells the depth


@dataclass(frozen=True, slots=True)
class Row:
    """A picture, or an edit that has none to show; `parent` is the picture it started from, `at` when it was asked for.

    `order` sorts what was asked for at the same moment, such as the pictures of one edit.
    """

    id: str
    parent: str | None
    at: datetime
    order: int = 0
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A row in its place: `level` counts from 1, `lane` is the column it is drawn in, `above` its parent's index.

    `position` of `size` siblings, as screen readers say it; an only child stays in its parent's lane, so that a long
    chain of edits goes straight down.
    """

    row: Row
    level: int
    lane: int
    above: int | None
    position: int
    size: int
    has_children: bool


def arrange(rows: Iterable[Row]) -> list[Node]:
    """Give the rows as they are drawn from top to bottom: each parent before its children, oldest first.

    A row whose parent is not among them is a root. Without recursion: chains of a thousand edits are normal.
    """
    everything = sorted(rows, key=lambda row: (row.at, row.order, row.id))
    known = {row.id for row in everything}
    children: dict[str | None, list[Row]] = defaultdict(list)
    for row in everything:
        children[row.parent if row.parent in known else None].append(row)
    nodes: list[Node] = []
    waiting = _siblings(children[None], None)
    while waiting:
        row, above, position, size = waiting.pop()
        parent = nodes[above] if above is not None else None
        below = children.get(row.id, [])
        nodes.append(
            Node(
                row=row,
                level=parent.level + 1 if parent else 1,
                lane=min(parent.lane + (size > 1), LANES - 1) if parent else 0,
                above=above,
                position=position,
                size=size,
                has_children=bool(below),
            )
        )
        waiting += _siblings(below, len(nodes) - 1)
    return nodes


def _siblings(rows: list[Row], above: int | None) -> list[tuple[Row, int | None, int, int]]:
    """Give siblings with their parent's index, their place and their number, the last first, as a stack wants them."""
    return [(row, above, position, len(rows)) for position, row in enumerate(rows, 1)][::-1]


def only_starred(rows: Iterable[Row]) -> list[Row]:
    """Keep the starred rows, each hung under its nearest starred ancestor."""
    everything = {row.id: row for row in rows}
    kept = []
    for row in everything.values():
        if not row.starred:
            continue
        parent = row.parent
        while parent in everything and not everything[parent].starred:
            parent = everything[parent].parent
        kept.append(Row(row.id, parent if parent in everything else None, row.at, row.order, starred=True))
    return kept


def lines(nodes: Sequence[Node], *, row: int, lane: int, rail: int) -> str:
    """Draw the branches as one SVG path, with rows `row` and lanes `lane` pixels apart.

    `rail` is how far from a lane's left edge its line runs.
    """
    path = []
    for i, node in enumerate(nodes):
        if node.above is None:
            continue
        parent = nodes[node.above]
        x, top = parent.lane * lane + rail, node.above * row + row // 2
        middle = i * row + row // 2
        if node.lane == parent.lane:
            path.append(f"M{x} {top}V{middle}")
        else:
            path.append(f"M{x} {top}V{middle - 8}q0 8 8 8H{node.lane * lane + rail}")
    return "".join(path)
