"""The real simulator as a subprocess, started once for a run: `simulator` gives it as new to each test that asks."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parent.parent


class Simulator:
    """A running simulator. `url` is its address; a provider's base URL is `base_url("shortapi")`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def base_url(self, provider: str = "shortapi") -> str:
        return f"{self.url}/{provider}"

    def order(self, fault: str, *, provider: str = "shortapi", times: int | None = 1, **options: Any) -> None:
        """Order a fault for the next `times` paid requests (or polls); None: until reset. See docs/simulator.md."""
        self._post("faults", {"provider": provider, "fault": fault, "times": times, "options": options})

    def counts(self, provider: str = "shortapi") -> dict[str, Any]:
        """What it was asked and made: posts, jobs, polls, callbacks, billed_usd, jobs_by_prompt, jobs_by_payload …"""
        return dict(self._http.get("/control/counts").raise_for_status().json()[provider])

    def profile(self, **changes: Any) -> None:
        """Change `latency` (seconds) or `render` ("edit" | "flat") until the next test."""
        self._post("profile", changes)

    def reset(self) -> None:
        self._post("reset", {})

    def close(self) -> None:
        self._http.close()

    def _post(self, name: str, body: dict[str, Any]) -> None:
        response = self._http.post(f"/control/{name}", json=body)
        assert response.status_code == 200, response.text


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    command = [sys.executable, "manage.py", "simulate_providers", "--port", "0", "--memory", "--stop-with-stdin"]
    with subprocess.Popen(
        [*command, "--latency", "0.05", "--render", "flat"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "http://" in said, f"the simulator did not start: {said!r}"
        simulator = Simulator(said.rsplit(" ", 1)[-1].strip())
        try:
            yield simulator
        finally:
            simulator.close()
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture
def simulator(simulator_process: Simulator) -> Simulator:
    """The simulator as new: latency 50 ms, flat pictures, no jobs, no faults."""
    simulator_process.reset()
    return simulator_process
