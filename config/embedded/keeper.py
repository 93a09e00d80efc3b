"""Own one embedded PostgreSQL server: start it, wait until nobody uses it, stop it.

A program of its own with nothing but the standard library, started by `launcher`. It says `ready`, or why not, in one
line on stdout. It outlives whoever started it and is found by its lock; PostgreSQL dies with it.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from config.embedded import binaries, lineage, owner, remains

START_SECONDS = 110  # below the launcher's patience
READY = 7, "ready"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # No prompt in the log: neither the statement of an error nor its DETAIL, which quotes rows.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
WITHOUT_DURABILITY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}


class Failure(Exception):
    """The server cannot run; the text is the one line that a person will read."""


def main(home: Path, sockets: Path, mode: str) -> None:
    """Run the server of this folder for as long as anybody uses it."""
    lock = os.open(home / "keeper.lock", os.O_RDONLY | os.O_CREAT, 0o644)
    fcntl.flock(lock, fcntl.LOCK_EX)
    remains.clear(home, sockets)
    cluster = home / "cluster"
    programs = binaries.find(cluster)
    drop_root = owner.settle(home, sockets)
    with (home / "postgres.log").open("ab") as log:
        create_cluster(home, programs, lineage.bound_to_me(drop_root), log.fileno())
        settings = SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if mode == "safe" else WITHOUT_DURABILITY)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [programs / "postgres", "-D", cluster, *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home,
            preexec_fn=lineage.bound_to_me(drop_root, signal.SIGINT),  # noqa: PLW1509  # SIGINT is PostgreSQL's fast shutdown
        )  # fmt: skip
    wait_until_ready(server, cluster)
    say("ready")
    threading.Thread(target=stop_when_unused, args=(server, home), daemon=True).start()
    server.wait()


def create_cluster(home: Path, programs: Path, prepare: Callable[[], None], log: int) -> None:
    """Create the cluster beside its place and move it there whole, so that a kill half-way leaves nothing."""
    cluster, unfinished = home / "cluster", home / "cluster.unfinished"
    if cluster.exists():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    as_whom = ["-U", "pentimento", "-A", "trust"]
    made = subprocess.run(
        [programs / "initdb", "-D", unfinished, *as_whom, "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=prepare, cwd=home, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        raise Failure(
            f"initdb failed with code {made.returncode} (is the disk full, or the program folder unreadable?)"
        )
    with (unfinished / "pg_hba.conf").open("w") as rules:
        rules.write("local all all trust\n")  # the socket's folder is the guard: 0700
    subprocess.run(
        [programs / "postgres", "--single", "-D", unfinished, "postgres"],
        input=b"CREATE DATABASE pentimento;\n", stdout=log, stderr=log, preexec_fn=prepare, cwd=home, check=True,
    )  # fmt: skip
    unfinished.rename(cluster)


def wait_until_ready(server: "subprocess.Popen[bytes]", cluster: Path) -> None:
    """Wait until the server says in its own file that it takes connections; after a crash it recovers first."""
    status, (line, word) = cluster / "postmaster.pid", READY
    for _ in range(int(START_SECONDS / 0.02)):
        try:
            server.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            lines = status.read_text().splitlines() if status.exists() else []
            if len(lines) > line and lines[0] == str(server.pid) and lines[line].strip() == word:
                return
        else:
            raise Failure(f"it ended at once with code {server.returncode}")
    server.send_signal(signal.SIGQUIT)
    raise Failure(f"it was not ready after {START_SECONDS} seconds")


def stop_when_unused(server: "subprocess.Popen[bytes]", home: Path) -> None:
    """Wait until no process uses the server, then stop it; newcomers wait on the same lock until we are gone."""
    fcntl.flock(os.open(home / "users.lock", os.O_RDONLY | os.O_CREAT, 0o644), fcntl.LOCK_EX)
    server.send_signal(signal.SIGINT)


def say(line: str) -> None:
    """Tell the launcher; when it has died meanwhile, others may still be waiting for the server."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        pass
    finally:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # nobody's child: no one has to wait for us
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        say((str(failure).splitlines() or [repr(failure)])[0])
        sys.exit(1)
