"""Find the embedded PostgreSQL of a data folder, or start it.

Two locks in `<data>/postgres` keep order. `start.lock` lets one process at a time look and start. `users.lock` is held
shared by every process that uses the server, and so is given back by the kernel however a process dies; the keeper
stops the server once it can have that lock alone.
"""

import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")
LONGEST_SOCKET_PATH = 90  # the kernel takes 107 bytes, of which PostgreSQL wants 16 for the file's name
SOCKET_NAME = ".s.PGSQL.5432"

_users: dict[Path, int] = {}


class CannotStart(Exception):
    """The embedded PostgreSQL did not start; the message says why and what to do."""


def socket_directory(data_dir: Path) -> Path:
    """Give the folder of the server's socket: in the data folder, or in a temporary one where that path is too long."""
    inside = data_dir / "postgres" / "socket"
    if len(str(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"pentimento-{os.getuid()}-{name}"


def ensure_running(root: Path, *, durable: bool = True) -> None:
    """Make sure the server of this folder runs and stays while this process lives; safe to repeat, from any thread.

    With `durable=False` it starts without fsync, for tests. Raises CannotStart.
    """
    if root in _users and _answers(root):
        return
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / "start.lock").open("w") as start_lock:
        fcntl.flock(start_lock, fcntl.LOCK_EX)
        if root not in _users:
            users = os.open(root / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            _users[root] = users
        if not _answers(root):
            _start_keeper(root, durable=durable)


def leave(root: Path) -> None:
    """Use the server no longer; when nobody else does, it stops."""
    users = _users.pop(root, None)
    if users is not None:
        os.close(users)


def has_stopped(root: Path) -> bool:
    """Tell whether the server of this folder has stopped, its keeper included."""
    with (root / "users.lock").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return not _answers(root)


def _answers(root: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_directory(root.parent) / SOCKET_NAME))
        except OSError:
            return False
    return True


def _start_keeper(root: Path, *, durable: bool) -> None:
    """Start the keeper and wait until it says that the server is ready. The start lock is held by the caller."""
    command = [sys.executable, str(KEEPER), str(root), str(socket_directory(root.parent)), "safe" if durable else "fast"]
    keeper = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True, cwd="/", text=True
    )
    assert keeper.stdout is not None  # noqa: S101
    with keeper.stdout:
        said = keeper.stdout.readline().strip()
    if said != "ready":
        keeper.wait()
        raise CannotStart(f"The embedded PostgreSQL did not start: {said or 'its keeper died'}. See {root}/postgres.log.")
