"""Die on purpose: the points at which `CRASH_AT` has a process kill itself, so that tests and drills see it survived.

A no-op unless the environment names the point. With `CRASH_ONCE`, a file's path, only who creates that file dies.
"""

import asyncio
import os
import signal
from typing import Literal, get_args

from django.conf import settings

Point = Literal[
    "after_claim",
    "after_submitting_committed",
    "mid_post",
    "after_post",
    "after_accepted_committed",
    "after_poll",
    "during_download",
    "before_capture_commit",
    "after_capture",
]
POINTS: tuple[Point, ...] = get_args(Point)


def crash_at(point: Point) -> None:
    """Kill this process, as the kernel would, if it is to die here."""
    if point == settings.CRASH_AT and _is_first():
        os.kill(os.getpid(), signal.SIGKILL)


def crash_once_sent() -> None:
    """Be called right before the last of a paid request is handed to the socket: die after that, and before an answer.

    What is handed over leaves at once, and answers are read at the event loop's next turn at the earliest.
    """
    asyncio.get_running_loop().call_soon(crash_at, "mid_post")


def _is_first() -> bool:
    if not settings.CRASH_ONCE:
        return True
    try:
        os.close(os.open(settings.CRASH_ONCE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True
