"""Processes that use an embedded server, and a look at what runs for a data folder."""

import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg

from config.embedded import launcher

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys
from pathlib import Path
from config.embedded import launcher
launcher.ensure_running(Path(sys.argv[1]), durable=sys.argv[2] == "safe")
print("in", flush=True)
sys.stdin.read()
"""


class Guest:
    """Another process that uses the server until its stdin closes, or it is killed."""

    def __init__(self, root: Path, *, durable: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, root, "safe" if durable else "fast"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def arrived(self) -> bool:
        assert self.process.stdout
        return self.process.stdout.readline() == "in\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


@dataclass(frozen=True)
class Running:
    """A process, as /proc shows it."""

    pid: int
    name: str
    command: str
    uid: int


def processes(mention: Path | str) -> list[Running]:
    """List the living processes whose command line names this folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            name, uid = (entry / "comm").read_text().strip(), entry.stat().st_uid
        except OSError:
            continue
        if str(mention) in command and int(entry.name) != os.getpid():
            found.append(Running(int(entry.name), name, command, uid))
    return found


def keepers(root: Path) -> list[Running]:
    return [process for process in processes(root) if "config.embedded.keeper" in process.command]


def postmaster(root: Path) -> int:
    return int((root / "cluster" / "postmaster.pid").read_text().split()[0])


def wait_for_end(*pids: int, seconds: float = 20) -> bool:
    """Wait until these processes have ended; False when one lives on."""
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with os.fdopen(process, "rb"):
            if not select.select([process], [], [], seconds)[0]:
                return False
    return True


def query(root: Path, sql: str) -> str:
    with psycopg.connect(
        host=str(launcher.socket_directory(root.parent)), user="pentimento", dbname="pentimento", autocommit=True
    ) as connection:
        cursor = connection.execute(sql)
        return str(cursor.fetchone()[0]) if cursor.description else ""  # type: ignore[index]
