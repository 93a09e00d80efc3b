"""Who is who among the processes of a running `up`."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cluster:
    """A django-q2 cluster's processes; it forks its workers first, then the monitor, then the pusher."""

    main: int
    sentinel: int
    workers: tuple[int, ...]
    monitor: int
    pusher: int


def children(pid: int) -> list[int]:
    """List a process's children, the eldest first."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        stat = _stat(int(entry.name))
        if stat and stat[0] != "Z" and int(stat[1]) == pid:
            found.append((int(stat[19]), int(entry.name)))
    return [pid for _, pid in sorted(found)]


def child(up: int, words: str) -> int:
    """Find the child of `up` whose command line ends with these words; 0 while there is none."""
    return next((pid for pid in children(up) if _command(pid).endswith(words)), 0)


def cluster(up: int, queue: str) -> Cluster | None:
    """Give a cluster's processes once all of them run."""
    main = child(up, f"manage.py cluster {queue}")
    sentinel = next(iter(children(main)), 0) if main else 0
    forks = children(sentinel) if sentinel else []
    if len(forks) < 4:
        return None
    *workers, monitor, pusher = forks
    return Cluster(main, sentinel, tuple(workers), monitor, pusher)


def descendants(pid: int) -> list[int]:
    """List everybody under a process, and itself."""
    return [pid, *(below for each in children(pid) for below in descendants(each))]


def send(pids: Iterable[int], what: signal.Signals) -> None:
    """Signal each that is still there; a fork dies with whoever forked it."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def _stat(pid: int) -> list[str]:
    """Give what /proc says of a process from its state on; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
