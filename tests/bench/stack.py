"""The whole product in a temporary folder: simulator, database, and `up` or only its web server."""

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
READY_TRIES = 600
SHORTAPI = {"shortapi": ""}
ALL_FIVE = {"shortapi": "", "pixazo": "0.045", "apikley": "0.041", "aimlapi": "", "apipod": "0.043"}


@dataclass(frozen=True)
class Stack:
    """A running product: its address, the simulator's, and a key and a picture for each workspace."""

    url: str
    simulator: str
    keys: list[str]
    images: list[str]
    up: "subprocess.Popen[bytes]"

    def profile(self, **changes: object) -> None:
        """Change the simulator's latency or rendering."""
        httpx.post(f"{self.simulator}/control/profile", json=changes).raise_for_status()

    def fault(self, provider: str, fault: str) -> None:
        """Have a provider do this until further notice."""
        order = {"provider": provider, "fault": fault, "times": None}
        httpx.post(f"{self.simulator}/control/faults", json=order).raise_for_status()

    def memory(self) -> float:
        """Give the proportional set size in MB of all that `up` has started, but for PostgreSQL."""
        return sum(_pss(pid) for pid in _descendants(self.up.pid) if "postgres" not in _name(pid)) / 1e6

    def counts(self) -> dict[str, object]:
        """Give what the simulator was asked and made."""
        return dict(httpx.get(f"{self.simulator}/control/counts").json()["shortapi"])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(
    *,
    only: str | None = None,
    workspaces: int = 8,
    latency: float = 0.0,
    providers: Mapping[str, str] = SHORTAPI,
    kept: str = "",
) -> Iterator[Stack]:
    """Run everything, or only the web server; the data folder's settings stay in this process's environment.

    `providers` are those that are on, with a price in USD where none is known. `kept` is a data folder to use, and to
    leave as it is then, instead of a temporary one.
    """
    with contextlib.ExitStack() as stopping:
        folder = kept or stopping.enter_context(tempfile.TemporaryDirectory(prefix="pentimento-bench-"))
        Path(folder).mkdir(parents=True, exist_ok=True)
        port, simulator_port = free_port(), free_port()
        simulator = f"http://127.0.0.1:{simulator_port}"
        os.environ.update(
            {
                "PENTIMENTO_DATA_DIR": folder,
                "DEBUG": "0",
                "SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
                "ALLOWED_HOSTS": "localhost,127.0.0.1",
                "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
                "EGRESS_ALLOW_CIDRS": "127.0.0.0/8",
            }
        )
        for name in providers:
            os.environ.update({f"{name.upper()}_API_KEY": "bench", f"{name.upper()}_BASE_URL": f"{simulator}/{name}"})
        log = stopping.enter_context((Path(folder) / "log").open("wb"))
        manage = [sys.executable, str(ROOT / "manage.py")]
        simulate = [*manage, "simulate_providers", "--port", str(simulator_port), "--memory"]
        _start([*simulate, "--render", "flat", "--latency", str(latency)], log, stopping)
        keys = [_bootstrap(manage, number) for number in range(workspaces)]
        for name, price in providers.items():
            if price:
                subprocess.run([*manage, "set_price", name, price], check=True, cwd=ROOT, capture_output=True)
        part = ["--only", only] if only else []
        up = _start([*manage, "up", "--port", str(port), *part], log, stopping)
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, ready="/healthz" if only else "/readyz")
        yield Stack(url, simulator, keys, [_upload(url, key) for key in keys], up)


def _start(command: list[str], log: object, stopping: contextlib.ExitStack) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=ROOT)  # type: ignore[call-overload]

    def stop() -> None:
        process.send_signal(signal.SIGTERM)
        process.wait()

    stopping.callback(stop)
    return process  # type: ignore[no-any-return]


def _bootstrap(manage: list[str], number: int) -> str:
    made = subprocess.run(
        [*manage, "bootstrap", "--email", f"bench{number}@example.com", "--workspace", f"Bench {number}",
         "--credit", "100000.00", "--json"],
        capture_output=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return str(json.loads(made.stdout)["api_key"])


def _wait_until_ready(url: str, *, ready: str) -> None:
    pause = threading.Event()
    for _ in range(READY_TRIES):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url + ready).status_code == 200:
                return
        pause.wait(0.1)
    raise SystemExit(f"nothing answers at {url}{ready}")


def _upload(url: str, key: str) -> str:
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(picture, "JPEG")
    answer = httpx.post(
        f"{url}/api/v1/images",
        headers={"Authorization": f"Bearer {key}"},
        files={"file": ("bench.jpg", picture.getvalue(), "image/jpeg")},
        timeout=60,
    )
    return str(answer.raise_for_status().json()["id"])


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text()
    return ""


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
