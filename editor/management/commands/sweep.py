"""Run the sweeper."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from editor import sweeper

STOPS = {signal.SIGTERM, signal.SIGINT}
LOOKS_EVERY = 1.0


class Command(BaseCommand):
    """Sweep until SIGTERM; `up` runs one."""

    help = "See to overdue edits, dead waves and missing ones, every second."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Run until told to stop, or until the sweeper fails."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        stop = threading.Event()
        thread = threading.Thread(target=sweeper.run, args=(stop,), name="sweeper")
        thread.start()
        while thread.is_alive():
            if signal.sigtimedwait(STOPS, LOOKS_EVERY):
                stop.set()
                thread.join()
                return
        raise CommandError("The sweeper failed.")
