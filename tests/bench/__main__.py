"""`make bench`: measure what product.md promises, on this machine, and print it with the machine and the versions.

Name what to measure, or nothing for all. Takes about half an hour.
"""

import argparse
import os
import platform
from importlib.metadata import version
from pathlib import Path

from tests.bench import doors, flight, flow, ledger, million, recovery, signin

MEASURES = {
    "submit": doors.submit,
    "read": doors.read,
    "pickup": flow.pickup,
    "visible": flow.visible,
    "throughput": flow.throughput,
    "5000": flight.five_thousand,
    "10000": flight.ten_thousand,
    "hanging": flight.hanging,
    "recovery": recovery.recovery,
    "million": million.million,
    "ledger": ledger.ledger,
    "signin": signin.signin,
}
LIBRARIES = ("django", "djangorestframework", "django-q2", "psycopg", "gunicorn", "httpx-aiohttp", "pillow")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, []], metavar="MEASURE", help=", ".join(MEASURES))
    chosen = parser.parse_args().measures or list(MEASURES)
    print(f"machine: {os.cpu_count()} cores, {_memory()} of memory, {platform.platform()}")
    print(f"python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    print("everything on this machine: load generator, simulator (flat 2048² JPEGs), PostgreSQL, Pentimento\n")
    for name in chosen:
        for line in MEASURES[name]():
            print(f"{name:10}  {line}", flush=True)


def _memory() -> str:
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{kilobytes // 1024**2} GiB"


if __name__ == "__main__":
    main()
