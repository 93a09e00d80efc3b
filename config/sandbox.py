"""The simulator that the edits of test keys run on, as `up` starts it: on loopback, apart from any other."""

import sys
from urllib.parse import urlsplit

from config.checks import is_loopback
from config.env import ROOT
from config.ports import free_port
from config.supervisor import Child

NAME = "simulator"
PORT = 9190  # the same each time where it is free, so that results from before a restart are found
LATENCY_SECONDS = "2"


def free_address() -> str:
    """Give an address on loopback where nobody listens yet."""
    return f"http://127.0.0.1:{free_port(PORT)}"


def simulator(env: dict[str, str]) -> list[Child]:
    """Describe the simulator; none where SIMULATOR_URL is unset or another machine's."""
    at = urlsplit(env.get("SIMULATOR_URL", ""))
    if not at.hostname or not is_loopback(at.hostname):
        return []
    command = [sys.executable, str(ROOT / "manage.py"), "simulate_providers", "--folder", "sandbox", "--verbosity", "0"]
    place = ["--host", at.hostname, "--port", str(at.port or 80), "--latency", LATENCY_SECONDS]
    return [Child(NAME, [*command, *place], env)]
