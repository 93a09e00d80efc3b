"""Ask the inspector. Untrusted bytes are opened in a child of its own and never in this process."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from editor.images.errors import BadPicture, InspectorDown
from editor.images.inspector.protocol import Job, Limits, Problem, Report, read_answer, write_request
from editor.images.limits import MIB

ROOT = Path(__file__).resolve().parents[3]
# Isolated: no environment (it holds secrets), no user site, nothing importable but the library and this project.
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from editor.images.inspector.process import main; main()"
ANSWER_BYTES = 4096
GRACE_SECONDS = 5.0
TURN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Live:
    """A running inspector and our end of the pair it takes requests from."""

    process: subprocess.Popen[bytes]
    requests: socket.socket


class Inspector:
    """One inspector process, started when first asked and again when it has died. Safe to share between threads.

    Its process is plain `subprocess`: django-q's workers are daemonic and may have no `multiprocessing` children.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._live: _Live | None = None
        self._afresh()
        os.register_at_fork(after_in_child=self._afresh)

    @property
    def pid(self) -> int | None:
        """The process's id, None before it was first asked."""
        return self._live.process.pid if self._live else None

    def inspect(self, job: Job, source: Path, *, rendition: Path, thumbnail: Path) -> Report:
        """Decode a file fully and write its clean rendition (if it needs one) and thumbnail.

        Raises BadPicture, InspectorDown. Blocks for at most about a minute and a half.
        """
        if not self._turns.acquire(timeout=TURN_SECONDS):
            raise InspectorDown("no child was free")
        try:
            answer = self._ask(job, source, rendition, thumbnail)
        finally:
            self._turns.release()
        if isinstance(answer, Problem):
            raise BadPicture(answer.problem)
        return answer

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            if self._live:
                self._live.requests.close()
                self._live.process.wait()
            self._live = None

    def _ask(self, job: Job, source: Path, rendition: Path, thumbnail: Path) -> Report | Problem:
        for _ in range(2):
            live = self._running()
            with source.open("rb") as given, rendition.open("wb") as clean, thumbnail.open("wb") as small:
                message = self._exchange(live, job, [given.fileno(), clean.fileno(), small.fileno()])
            answer = read_answer(message)
            if answer is not None:
                return answer
            if not _has_died(live.process):
                return Problem(
                    "could not be read within the limits of "
                    f"{self.limits.memory_bytes // MIB} MiB of memory and {self.limits.cpu_seconds} s"
                )
        raise InspectorDown("it died twice over one question")

    def _exchange(self, live: _Live, job: Job, files: list[int]) -> bytes:
        """Send the question and read until the child has closed its end, by its own will or killed."""
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    socket.send_fds(live.requests, [write_request(job, self.limits)], [theirs.fileno(), *files])
                return hear(ours, seconds=self.limits.wall_seconds + GRACE_SECONDS)
            except OSError:
                return b""  # the inspector has died since it was last asked, or the child answers nothing

    def _running(self) -> _Live:
        with self._lock:
            if self._live and self._live.process.poll() is not None:
                self._live.requests.close()
                self._live = None
            if self._live is None:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    command = [sys.executable, "-I", "-c", START]
                    process = subprocess.Popen(
                        command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env={}, cwd="/"
                    )
                self._live = _Live(process, ours)
            return self._live

    def _afresh(self) -> None:
        """Start with nothing, also in a fork of this process: its parent's inspector is not its own."""
        if self._live:
            self._live.requests.close()
            self._live.process.returncode = 0  # not ours to wait for
        self._live = None
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(os.cpu_count() or 2)


def hear(answers: socket.socket, *, seconds: float) -> bytes:
    """Read what a child says until it closes its end; raises OSError when it says too much, or not all in time."""
    deadline = monotonic() + seconds
    message = b""
    while len(message) <= ANSWER_BYTES:
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        answers.settimeout(left)
        part = answers.recv(ANSWER_BYTES)
        if not part:
            return message
        message += part
    raise OSError("the answer is too long")


def _has_died(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether a child's silence was the inspector's own end, whose children die with it."""
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return False
    return True


INSPECTOR = Inspector()
atexit.register(INSPECTOR.close)
