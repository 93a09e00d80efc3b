"""The simulator as a process: the command, its page, and a kill -9 that loses no job."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.editor.simulator.conftest import Customer, Listener
from tests.simulator_fixture import ROOT, Simulator


def start(folder: Path, *options: str) -> tuple[subprocess.Popen[str], Simulator]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "simulate_providers", "--port", "0", *options],
        cwd=ROOT,
        env={**os.environ, "PENTIMENTO_DATA_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Simulator(process.stdout.readline().rsplit(" ", 1)[-1].strip())


def stop(process: subprocess.Popen[str], simulator: Simulator, *, how: str = "terminate") -> None:
    simulator.close()
    getattr(process, how)()
    process.communicate(timeout=10)


def test_a_job_survives_a_kill_and_is_finished_by_the_next_simulator(tmp_path: Path, listener: Listener) -> None:
    process, simulator = start(tmp_path, "--latency", "3000")
    customer = Customer(simulator)
    ticket = customer.ticket(callback_url=listener.url, image_urls=[f"{listener.url}/leaf.png"])
    customer.http.close()
    stop(process, simulator, how="kill")

    process, simulator = start(tmp_path, "--latency", "0")
    customer = Customer(simulator)
    listener.posted.get(timeout=20)
    answer = customer.query(ticket)
    url = answer["data"]["result"]["images"][0]["url"]
    assert answer["data"]["status"] == 2
    assert simulator.counts()["jobs_by_prompt"] == {"warmer": 1}
    customer.http.close()
    stop(process, simulator)

    process, simulator = start(tmp_path)
    path = httpx.URL(url).path
    assert httpx.get(f"{simulator.url}{path}", trust_env=False).content.startswith(b"\xff\xd8")
    assert simulator.counts()["done"] == 1
    stop(process, simulator)


def test_it_stops_when_its_standard_input_ends(tmp_path: Path) -> None:
    process, simulator = start(tmp_path, "--memory", "--stop-with-stdin")
    simulator.close()
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_taken_port_is_said_plainly(tmp_path: Path, simulator: Simulator) -> None:
    port = simulator.url.rsplit(":", 1)[-1]
    refused = subprocess.run(
        [sys.executable, "manage.py", "simulate_providers", "--port", port, "--memory"],
        cwd=ROOT,
        env={**os.environ, "PENTIMENTO_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in refused.stderr


def test_the_page_says_what_it_is_and_escapes_what_was_asked(customer: Customer, simulator: Simulator) -> None:
    customer.create(prompt="<script>alert(1)</script>")
    page = httpx.get(simulator.url, trust_env=False)
    assert "No model runs here" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>" not in page.text


def test_reset_forgets_everything(customer: Customer, simulator: Simulator) -> None:
    simulator.order("hang", times=None)
    simulator.profile(latency=100)
    simulator.reset()
    ticket = customer.ticket()
    assert simulator.counts()["jobs"] == 1
    simulator.reset()
    assert customer.query(ticket)["code"] == 1004
    assert simulator.counts()["posts"] == 0


def test_a_provider_charges_the_price_it_was_started_with(tmp_path: Path) -> None:
    process, simulator = start(tmp_path, "--memory", "--price", "shortapi=0.05", "--price", "apipod=0.1")
    customer = Customer(simulator)
    customer.create(num_images=2)
    assert simulator.counts()["billed_usd"] == "0.10"
    customer.http.close()
    stop(process, simulator)


def test_a_price_that_is_none_is_refused(tmp_path: Path) -> None:
    for price in ("nobody=0.05", "shortapi=-1", "shortapi"):
        process, _ = start(tmp_path, "--memory", "--price", price)
        assert "--price is one of shortapi" in process.communicate(timeout=20)[1]
        assert process.returncode == 1
