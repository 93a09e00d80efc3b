"""Keep the web server, the clusters and the sweeper running, as children of this process.

All happens in the main thread: the kernel kills a child when the thread that started it dies. Each child leads a
process group of its own, so that Ctrl-C reaches only us, and so that what a dead child left can be killed whole.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from config.embedded import launcher
from config.embedded.lineage import bound_to_me
from config.env import ROOT
from config.watchdog import Watchdog

log = structlog.get_logger(__name__)
STOPS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
TICK = 0.25
RESTART_PAUSE = 1.0  # between two starts of a child; restarted within two seconds, and no busy loop
DRAIN_SECONDS = 22.0
DATABASE_SECONDS = 10.0


@dataclass(slots=True)
class Child:
    """A process to keep running. The first start of one that `waits` comes once the web server answers."""

    name: str
    command: list[str]
    env: dict[str, str]
    waits: bool = False
    files: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    started_at: float = field(default=-RESTART_PAUSE, init=False)

    def start(self) -> None:
        """Start it, bound to this process."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.env, cwd=ROOT, pass_fds=self.files, stdin=subprocess.DEVNULL,
            process_group=0, preexec_fn=bound_to_me(),  # noqa: PLW1509 - there is one thread
        )  # fmt: skip
        log.info("started", child=self.name, pid=self.process.pid)

    def has_ended(self) -> bool:
        """Tell whether its process has ended and is still to be cleared away."""
        return self.process is not None and bool(
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        )

    def kill(self, *, died: bool = False) -> None:
        """Kill its whole process group, whose number cannot be another's yet: it is not reaped before.

        `died` when it ended unasked: then what it left is killed, and the log calls it an error.
        """
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            code = self.process.wait()
            say = log.error if died else log.info
            say("died" if died else "ended", child=self.name, pid=self.process.pid, code=code)
            self.process = None


@dataclass(slots=True)
class Supervisor:
    """Runs children until SIGTERM, SIGINT or SIGHUP. `database` is the embedded one's folder, None for another's."""

    children: list[Child]
    web_answers: Callable[[], bool]
    on_ready: Callable[[], None]
    on_stop: Callable[[], None]
    database: Path | None
    watchdog: Watchdog | None = None

    def run(self) -> None:
        """Run; when told to stop, let all drain, and stop the database too."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS | {signal.SIGCHLD})
        try:
            self._keep_running()
            if self.watchdog is not None:
                self.watchdog.close()
            self.on_stop()
            self._drain()
            self._stop_database()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _keep_running(self) -> None:
        ready = False
        while True:
            if not ready and self.web_answers():
                ready = True
                self.on_ready()
            self._replace_stalled()
            for child in self.children:
                if child.has_ended():
                    child.kill(died=True)
                rested = time.monotonic() - child.started_at >= RESTART_PAUSE
                if child.process is None and rested and (ready or not child.waits):
                    child.start()
            self._keep_database()
            told = signal.sigtimedwait(STOPS | {signal.SIGCHLD}, TICK)
            if told and told.si_signo in STOPS:
                log.info("stopping", signal=signal.Signals(told.si_signo).name)
                return

    def _replace_stalled(self) -> None:
        """Kill, with all it forked, whatever lives and does nothing; it is started again like one that died."""
        if self.watchdog is None:
            return
        running = {child.name: child for child in self.children if child.process is not None}
        started = {name: child.started_at for name, child in running.items()}
        for name, why in self.watchdog.stalled(started).items():
            log.error("stalled", child=name, why=why)
            running[name].kill(died=True)

    def _keep_database(self) -> None:
        """Start the embedded database again when it has died; what cannot be started now is tried at the next tick."""
        if self.database is None:
            return
        try:
            launcher.ensure_running(self.database)
        except launcher.CannotStart as failure:
            log.error("no_database", why=str(failure))  # noqa: TRY400 - the line says it all

    def _drain(self) -> None:
        """Ask all to finish, wait a while, and kill what is left; a second Ctrl-C kills at once."""
        for child in self.children:
            if child.process is not None:
                child.process.terminate()
        until = time.monotonic() + DRAIN_SECONDS
        while any(child.process is not None for child in self.children):
            for child in self.children:
                if child.has_ended():
                    child.kill()
            left = until - time.monotonic()
            told = signal.sigtimedwait({signal.SIGINT, signal.SIGCHLD}, max(0.0, min(left, TICK)))
            if left <= 0 or (told and told.si_signo == signal.SIGINT):
                for child in self.children:
                    child.kill()

    def _stop_database(self) -> None:
        if self.database is None:
            return
        launcher.leave(self.database)
        until = time.monotonic() + DATABASE_SECONDS
        while not launcher.has_stopped(self.database) and time.monotonic() < until:
            signal.sigtimedwait([], TICK / 5)
        if not launcher.has_stopped(self.database):
            log.info("database_still_used", by="another process, with which it will stop")
