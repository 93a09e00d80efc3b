"""A django-q2 cluster that would rather die than hang.

Measured with django-q2 1.11: an idle worker killed -9 takes the queue's lock with it, and the cluster stands still for
good while it looks healthy; a sentinel killed -9 leaves its children behind. So here any death that django-q2 did not
ask for ends the whole cluster, forks die with whoever forked them, and the supervisor starts it anew.
"""

import multiprocessing
import os
import uuid
from typing import Any

import structlog
from django_q.cluster import Cluster, Sentinel

from editor.waves.stopping import STOPPING

log = structlog.get_logger(__name__)
TIMED_OUT, RECYCLED = 0, -2


class StrictSentinel(Sentinel):  # type: ignore[misc]
    """Replaces workers that took too long or are due for a fresh start, and nothing else."""

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
