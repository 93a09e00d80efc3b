"""Find the embedded PostgreSQL of a data folder, or start it.

Three locks in `<data>/postgres` keep order; the kernel gives each back however its holder dies. `start.lock` lets one
process at a time look and start. `users.lock` is held shared by every process that uses the server: the keeper stops
the server once it can have that lock alone. `keeper.lock` is held by the keeper while it lives.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 90  # the kernel takes 107 bytes, of which PostgreSQL wants 16 for the file's name
PATIENCE = 120.0
LOOKS_EVERY = 0.02

_users: dict[Path, int] = {}


class CannotStart(Exception):
    """The embedded PostgreSQL did not start; the message is one line that says why and what to do."""


def socket_directory(data_dir: Path) -> Path:
    """Give the folder of the server's socket: in the data folder, or in a temporary one where that path is too long."""
    inside = data_dir / "postgres" / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"pentimento-{name}"


def ensure_running(root: Path, *, durable: bool = True) -> None:
    """Make sure the server of this folder runs and stays while this process lives; safe to repeat, from any thread.

    With `durable=False` it starts without fsync, for tests. Raises CannotStart.
    """
    if root in _users and _is_ready(root):
        return
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        start_lock = _open(root / "start.lock")
    except OSError as error:
        why = f"The data folder {root.parent} cannot be written ({error.strerror})"
        raise CannotStart(f"{why}; set PENTIMENTO_DATA_DIR to one that can.") from error
    try:
        fcntl.flock(start_lock, fcntl.LOCK_EX)
        if root not in _users:
            users = _open(root / "users.lock")
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper that nobody used any more stops its server
            _users[root] = users
        _wait_or_start(root, durable=durable)
    finally:
        os.close(start_lock)


def leave(root: Path) -> None:
    """Use the server no longer; when nobody else does, it stops."""
    users = _users.pop(root, None)
    if users is not None:
        os.close(users)


def has_stopped(root: Path) -> bool:
    """Tell whether the server of this folder has stopped, its keeper included."""
    return not _is_locked(root / "keeper.lock")


def _wait_or_start(root: Path, *, durable: bool) -> None:
    """Return when the server is ready: at once, after another's start, or our own. The caller holds start.lock."""
    until = time.monotonic() + PATIENCE
    while not _is_ready(root):
        if has_stopped(root):
            _start_keeper(root, durable=durable)
        elif time.monotonic() > until:
            raise CannotStart(f"The embedded PostgreSQL was not ready after {PATIENCE:.0f} s. See {root}/postgres.log.")
        else:
            time.sleep(LOOKS_EVERY)  # another process's server tells nobody but its own launcher that it is ready


def _is_ready(root: Path) -> bool:
    """Tell whether a keeper lives and its server says, in line 8 of its own file, that it takes connections."""
    try:
        lines = (root / "cluster" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready" and _is_locked(root / "keeper.lock")  # noqa: PLR2004


def _open(lock: Path) -> int:
    """Open a lock file, read-only: so that root and the folder's owner can both use what the other made."""
    return os.open(lock, os.O_RDONLY | os.O_CREAT, 0o644)


def _is_locked(lock: Path) -> bool:
    try:
        opened = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(opened)
    return False


def _start_keeper(root: Path, *, durable: bool) -> None:
    """Start the keeper and wait until it says that the server is ready. The caller holds start.lock."""
    command = [sys.executable, "-m", "config.embedded.keeper", str(root), str(socket_directory(root.parent))]
    keeper = subprocess.Popen(
        [*command, "safe" if durable else "fast"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True, cwd=PROJECT, text=True,
    )  # fmt: skip
    assert keeper.stdout is not None  # noqa: S101
    with keeper.stdout:
        said = keeper.stdout.readline().strip()
    keeper.wait()  # what we started has left its work to a child of its own
    if said != "ready":
        raise CannotStart(
            f"The embedded PostgreSQL did not start: {said or 'its keeper died'}. See {root}/postgres.log."
        )
