"""A django-q2 cluster that would rather die than hang.

Measured with django-q2 1.11: an idle worker killed -9 takes the queue's lock with it, and the cluster stands still for
good while it looks healthy; a sentinel killed -9 leaves its children behind. So here any death that django-q2 did not
ask for ends the whole cluster, forks die with whoever forked them, and the supervisor starts it anew.

What hangs alive shows no sign: the sentinel beats only while tasks come through, and `up` replaces a cluster that does
not beat (`config/watchdog.py`). That all workers are at work is no reason to be replaced.
"""

import multiprocessing
import os
import time
import uuid
from datetime import timedelta
from typing import Any

import structlog
from django.db import Error, connections
from django.db.models.functions import Now
from django_q.cluster import Cluster, Sentinel
from django_q.models import OrmQ

from config.embedded.launcher import CannotStart
from config.signs import beat_of_cluster
from editor.models import Heartbeat
from editor.waves.stopping import STOPPING

log = structlog.get_logger(__name__)
TIMED_OUT, IDLE, RECYCLED = 0, -1, -2
BEAT_SECONDS = 5.0
UNFETCHED = timedelta(seconds=10)


class StrictSentinel(Sentinel):  # type: ignore[misc]
    """Replaces workers that took too long or are due for a fresh start, and nothing else; beats while all is well."""

    next_beat = 0.0
    results = 0

    def status(self) -> Any:
        """Beat; django-q2 asks for the status at every turn of its guard, and nowhere else calls us."""
        if self.start_event.is_set() and time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + BEAT_SECONDS
            try:
                if not (why := self._symptom()):
                    Heartbeat.beat(beat_of_cluster(self.queue_name()))
                else:
                    log.warning("cluster_unwell", queue=self.queue_name(), why=why)
            except (Error, CannotStart, OSError) as error:
                log.warning("cluster_without_database", queue=self.queue_name(), why=type(error).__name__)
            finally:
                connections.close_all()  # a fork must not inherit one
        return super().status()

    def _symptom(self) -> str | None:
        """Say what does not move. One look may be unlucky; the watchdog acts on six in a row."""
        before, self.results = self.results, self.result_queue.qsize()
        if not self.task_queue.empty():
            idle = any(int(worker.timer.value) == IDLE for worker in self.pool)
            return "an idle worker takes no task" if idle and not self.stop_event.is_set() else None
        if self.results and self.results >= before > 0:
            return "results are not seen to"
        overdue = OrmQ.objects.filter(key=self.queue_name(), lock__lt=Now() - UNFETCHED)
        return "tasks are not fetched" if not self.stop_event.is_set() and overdue.exists() else None

    def reincarnate(self, process: Any) -> None:
        """Replace a worker, or end the cluster when one was killed."""
        if process is self.pusher and process.exitcode == 0:
            super().reincarnate(process)  # it leaves by itself when the database was away, and holds no lock
            return
        timer = getattr(process, "timer", None)
        if timer is None or int(timer.value) not in (TIMED_OUT, RECYCLED):
            log.error("cluster_lost_a_process", queue=self.queue_name(), pid=process.pid, code=process.exitcode)
            os._exit(1)  # what it forked dies with it
        super().reincarnate(process)


class StrictCluster(Cluster):  # type: ignore[misc]
    """Runs until it is told to stop, or until one of its processes dies."""

    def run(self) -> bool:
        """Run; tell whether it ended because it was asked to."""
        context = multiprocessing.get_context("fork")
        self.stop_event, self.start_event = context.Event(), context.Event()
        self.sentinel = context.Process(
            target=StrictSentinel,
            name=f"Process-{uuid.uuid4().hex}",
            args=(self.stop_event, self.start_event, self.cluster_id, self.broker, self.timeout),
        )
        self.sentinel.start()
        self.sentinel.join()
        return STOPPING.is_set()

    def sig_handler(self, signum: int, frame: Any) -> None:  # noqa: ARG002 - django-q2's signature
        """Ask everything to stop, running waves too; the sentinel waits for what still works."""
        if not STOPPING.is_set():
            STOPPING.set()
            if self.stop_event is not None:
                self.stop_event.set()
