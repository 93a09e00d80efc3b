"""The demo's processes: the simulator, the fake Stripe and `up`, each in an environment of the demo's own."""

import json
import subprocess
import sys
from pathlib import Path

from config.demo.memory import Memory
from config.embedded.lineage import bound_to_me
from config.env import ROOT, child_env
from editor.simulator.dialects import DIALECTS

MANAGE = [sys.executable, str(ROOT / "manage.py")]
OTHERS_OFF = ("DATABASE_URL", "EMAIL_URL", "S3_BUCKET", "SIMULATOR_URL")
WEBHOOK_PATH = "/stripe/webhook"
# What these ask is not published; without a price their routes stay closed. In USD for one picture.
MADE_UP_PRICES = {"apikley": "0.041", "apipod": "0.043", "pixazo": "0.045"}


class Failed(Exception):
    """A process of the demo did not start; the log says why."""


def environment(folder: Path, memory: Memory) -> dict[str, str]:
    """Give the environment: the embedded database, loopback open for the simulator, nothing of `.env`'s upstreams."""
    simulated = {
        f"{name.upper()}_{suffix}": value
        for name in DIALECTS
        for suffix, value in (
            ("API_KEY", "simulated"),
            ("BASE_URL", f"http://127.0.0.1:{memory.simulator_port}/{name}"),
            ("RESULT_HOSTS", ""),
        )
    }
    values = {**dict.fromkeys(OTHERS_OFF, ""), **simulated}
    return child_env(
        values,
        DEBUG="0",
        SECRET_KEY=memory.secret_key,
        ALLOWED_HOSTS="localhost,127.0.0.1,[::1]",
        PUBLIC_BASE_URL=f"http://localhost:{memory.port}",
        PENTIMENTO_DATA_DIR=str(folder),
        EGRESS_ALLOW_CIDRS="127.0.0.0/8,::1/128",
        STRIPE_SECRET_KEY=memory.stripe_key,
        STRIPE_WEBHOOK_SECRET=memory.webhook_secret,
        STRIPE_API_BASE=f"http://127.0.0.1:{memory.stripe_port}",
        DEMO_INBOX="1",
    )


def start(arguments: list[str], env: dict[str, str], log: Path) -> "subprocess.Popen[str]":
    """Start a command that lives as long as this process, and wait for the line that says it is ready."""
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*MANAGE, *arguments], env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            text=True, process_group=0, preexec_fn=bound_to_me(),  # noqa: PLW1509 - there is one thread
        )  # fmt: skip
    assert process.stdout is not None  # noqa: S101
    if not process.stdout.readline():
        raise Failed(f"`manage.py {arguments[0]}` ended with code {process.wait()}")
    return process


def simulator(memory: Memory) -> list[str]:
    """Give the command that starts the simulated providers, which charge what the demo's price book says."""
    prices = [option for name, usd in MADE_UP_PRICES.items() for option in ("--price", f"{name}={usd}")]
    return ["simulate_providers", "--port", str(memory.simulator_port), *prices]


def fake_stripe(memory: Memory, folder: Path) -> list[str]:
    """Give the command that starts the fake Stripe, which tells Pentimento of what was paid."""
    return [
        "fake_stripe", "--port", str(memory.stripe_port), "--folder", str(folder / "fake_stripe"),
        "--webhook-url", f"http://127.0.0.1:{memory.port}{WEBHOOK_PATH}",
    ]  # fmt: skip


def bootstrap(env: dict[str, str], memory: Memory, log: Path) -> str:
    """Make the demo's user and workspace, or find them again; gives a new API key."""
    options = ["--workspace", "The studio", "--credit", "25.00", "--staff", "--json"]
    with log.open("a") as errors:
        said = subprocess.run(
            [*MANAGE, "bootstrap", "--email", memory.email, *options],
            env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, check=False,
        )  # fmt: skip
    if said.returncode:
        raise Failed(f"`manage.py bootstrap` ended with code {said.returncode}")
    made = json.loads(said.stdout)
    memory.password = made["password"] or memory.password
    memory.save()
    return str(made["api_key"])


def make_up_prices(env: dict[str, str], memory: Memory, log: Path) -> None:
    """Enter a plausible price where none is published, once."""
    for provider in sorted(MADE_UP_PRICES.keys() - set(memory.priced)):
        command = [*MANAGE, "set_price", provider, MADE_UP_PRICES[provider]]
        with log.open("a") as errors:
            done = subprocess.run(command, env=env, cwd=ROOT, stdout=errors, stderr=errors, check=False)
        if done.returncode:
            raise Failed(f"`manage.py set_price {provider}` ended with code {done.returncode}")
        memory.priced.append(provider)
        memory.save()
