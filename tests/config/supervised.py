"""A supervisor over small children, run as a program: each says its name and number, and has a child of its own."""

import sys

import structlog

from config.env import child_env
from config.supervisor import Child, Supervisor
from config.watchdog import Judge, Suspects, Watchdog

CHILD = """
import os, signal, subprocess, sys
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL)
os.write(1, f"{sys.argv[1]} {os.getpid()} {other.pid}\\n".encode())  # at once, for two children share the pipe
other.wait()
"""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def child(name: str, manner: str, *, waits: bool) -> Child:
    return Child(name, [sys.executable, "-c", CHILD, name, manner], child_env(), waits=waits)


def main(manner: str) -> None:
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    said: list[str] = []

    def web_answers() -> bool:
        said.append("asked")
        return len(said) > 1

    def look() -> Suspects:
        return {"worker": "no sign of life"} if manner == "stalling" else {}

    Supervisor(
        children=[child("web", manner, waits=False), child("worker", manner, waits=True)],
        web_answers=web_answers,
        on_ready=lambda: say("ready"),
        on_stop=lambda: say("stopping"),
        database=None,
        watchdog=Watchdog(look, judge=Judge(patience=0.1, grace=0.5), every=0.1),
    ).run()
    say("done")


if __name__ == "__main__":
    main(sys.argv[1])
