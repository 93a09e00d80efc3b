"""Processes that one can see die: those under the same running kernel, in the same table of processes. Linux."""

import functools
import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
DEAD = ("Z", "X")


@functools.cache
def place() -> str:
    """Name where this process runs, so that its number means the same to whoever has the same name; empty if unknown.

    A host's name would not do: containers may share one and count their processes apart.
    """
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def dead(pids: Iterable[int]) -> list[int]:
    """Give those that have ended, reaped or not. One whose number was given to another passes for alive."""
    return [pid for pid in pids if _has_ended(pid)]


def _has_ended(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] in DEAD
    except (FileNotFoundError, ProcessLookupError):
        return True
    except OSError:
        return False
