"""The second wall: PostgreSQL shows the web only rows of the workspace that its connection was opened to.

Doors open it once they know the workspace, and it is shut after every request (`config/walls.py`). Should a query
forget its filter, it finds nothing of anybody else's. Workers and commands own the tables and see all of them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Model, TextField
from django.db.models.expressions import RawSQL

EVERYWHERE = "*"
UNSURE = "?"  # a statement that opens is under way: whatever becomes of it, the wall is shut after the request
# What may be known before the workspace is; each has a function `workspace_of_<what>(text)` in the database.
Known = Literal["project", "image", "invitation", "callback"]
SETTING = "app.workspace"
Row = TypeVar("Row", bound=Model)
_opened: ContextVar[str] = ContextVar("opened", default="")


def is_shut() -> bool:
    """Tell whether no workspace is shown; no query."""
    return not _opened.get()


def opening(column: str) -> RawSQL:
    """Give what a statement that reads a row computes as `opened`, to open to the workspace in a column by the way.

    PostgreSQL computes it for no other rows than those it gives: after sorting and LIMIT. As SQL, for expressions of
    Django's take longer to build than the statement that this saves.
    """
    return RawSQL(f"set_config('{SETTING}', {column}, false)", (), TextField())  # noqa: S611 - our own names


def open_by(read: Callable[[], Row | None]) -> Row | None:
    """Read a row by a statement that opens the wall itself, and says to what in the row's `opened`; its query only.

    Without a row the wall stays as it was.
    """
    before = _opened.get()
    _opened.set(UNSURE)
    row = read()
    _opened.set(before if row is None else row.opened)  # type: ignore[attr-defined]
    return row


def open_to(workspace_id: str) -> None:
    """Show this connection the rows of one workspace; one query, none when it is open to it already."""
    if _opened.get() != workspace_id:
        _open("%s", workspace_id)


def open_to_owner(what: Known, known: str) -> None:
    """Open to the workspace that something belongs to, by its id or by the hash of its secret; one query.

    It stays shut when there is no such thing. The caller has to judge whether the reader may see that workspace.
    """
    _open(f"coalesce(workspace_of_{what}(%s), '')", known)


def open_everywhere() -> None:
    """Show all workspaces: for staff's pages and for what counts all work, and for nothing else; one query."""
    open_to(EVERYWHERE)


@contextmanager
def meanwhile_open_to(workspace_id: str) -> Iterator[None]:
    """Show the rows of one workspace for a moment, and then what was shown before."""
    before = _opened.get()
    if before != EVERYWHERE:
        open_to(workspace_id)
    yield
    if before:
        open_to(before)
    else:
        shut()


def shut() -> None:
    """Show no workspace; no query where none was open. A connection that cannot be shut is closed."""
    if not _opened.get():
        return
    _opened.set("")
    if connection.connection is None:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('{SETTING}', '', false)")
    except (DatabaseError, InterfaceError):
        connection.close()


def open_again(**_: Any) -> None:
    """Open a connection that was made in the middle of a request to what the one before was open to."""
    opened = _opened.get()
    if opened not in ("", UNSURE):  # a statement under way opens by itself
        _open("%s", opened)


def _open(value: str, known: str) -> None:
    _opened.set(UNSURE)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('{SETTING}', {value}, false)", [known])
        _opened.set(cursor.fetchone()[0])
