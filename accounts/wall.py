"""The second wall: PostgreSQL shows the web only rows of the workspace that its connection was opened to.

Doors open it once they know the workspace, and it is shut after every request (`config/walls.py`). Should a query
forget its filter, it finds nothing of anybody else's. Workers and commands own the tables and see all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from django.db import DatabaseError, InterfaceError, connection

EVERYWHERE = "*"
# What may be known before the workspace is; each has a function `workspace_of_<what>(text)` in the database.
Known = Literal["project", "image", "key", "invitation", "callback"]
_opened: ContextVar[str] = ContextVar("opened", default="")


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
            cursor.execute("SELECT set_config('app.workspace', '', false)")
    except (DatabaseError, InterfaceError):
        connection.close()


def open_again(**_: Any) -> None:
    """Open a connection that was made in the middle of a request to what the one before was open to."""
    if opened := _opened.get():
        _open("%s", opened)


def _open(value: str, known: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('app.workspace', {value}, false)", [known])
        _opened.set(cursor.fetchone()[0])
