"""Clear what a dead server left: processes of it that still end, or that never will."""

import os
import select
import signal
from pathlib import Path

ENDS_WITHIN = 20.0


def clear(home: Path, sockets: Path) -> None:
    """Wait until no process of an earlier server works in this folder; kill those that take too long. Linux.

    After kill -9 of a keeper its server shuts down by itself; after kill -9 of the server its children end once they
    notice. A new server refuses to start beside either. The caller holds the keeper's lock.
    """
    for pid in _servers_in(home):
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with os.fdopen(process, "rb"):
            if not select.select([process], [], [], ENDS_WITHIN)[0]:
                signal.pidfd_send_signal(process, signal.SIGKILL)
                select.select([process], [], [], ENDS_WITHIN)
    # They may name a zombie that nobody reaps, or a process that has the number now; PostgreSQL would believe it alive.
    for lock in (home / "cluster" / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
        lock.unlink(missing_ok=True)


def _servers_in(home: Path) -> list[int]:
    """List the processes named postgres or initdb whose working folder is this one or inside it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name = (entry / "comm").read_text().strip()
            folder = (entry / "cwd").readlink()
        except OSError:  # it ended meanwhile, or is not ours to look at
            continue
        if name in {"postgres", "initdb"} and (folder == home or home in folder.parents):
            found.append(int(entry.name))
    return found
