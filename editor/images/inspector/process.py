"""The inspector: a process that has the decoders loaded and forks a limited child for every picture.

It is started by `client.py` with its end of a socket pair as standard input, holds nothing else of its parent's,
has no network where the system lets it give it up, and ends when the other end of the pair is closed.
"""

import ctypes
import gc
import os
import resource
import signal
import socket
from contextlib import suppress
from typing import BinaryIO, NoReturn

from editor.images.inspector import formats
from editor.images.inspector.jobs import inspect
from editor.images.inspector.protocol import DATAGRAM_BYTES, FILES, Limits, read_request, write_answer

LIBC = ctypes.CDLL(None)
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until the parent is gone. A terminal's Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: the kernel reaps them
    formats.prepare()
    if hasattr(LIBC, "unshare"):
        LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET)  # refused in some containers; the memory and CPU limits still hold
    gc.freeze()
    with socket.socket(fileno=0) as requests:
        while True:
            message, files, _, _ = socket.recv_fds(requests, DATAGRAM_BYTES, FILES)
            if not message:
                return
            if os.fork() == 0:
                requests.close()
                _work(message, files)
            for file in files:
                os.close(file)


def _work(message: bytes, files: list[int]) -> NoReturn:
    """Be the child: one picture, one answer, no way back into the loop."""
    with suppress(BaseException):
        job, limits = read_request(message)
        _limit(limits)
        answers, source, rendition, thumbnail = files
        with (
            socket.socket(fileno=answers) as reply,
            _open(source, "rb") as picture,
            _open(rendition, "wb") as clean,
            _open(thumbnail, "wb") as small,
        ):
            answer = inspect(job, picture, rendition=clean, thumbnail=small)
            clean.flush()
            small.flush()
            reply.sendall(write_answer(answer))
    os._exit(0)


def _open(file: int, mode: str) -> BinaryIO:
    return os.fdopen(file, mode)  # type: ignore[return-value]


def _limit(limits: Limits) -> None:
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)  # SIGALRM unhandled: it kills
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
