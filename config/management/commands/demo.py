"""Show it all."""

import contextlib
import fcntl
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.money import format_short, parse_usd
from config.demo import stage
from config.demo.edit import Result, run_edit
from config.demo.memory import Memory
from config.ports import free_port

STOP_SECONDS = 30


class Command(BaseCommand):
    """Start everything with simulated providers, run one edit end to end, print it, and serve until Ctrl-C."""

    help = "Start everything on this machine with simulated providers and run one real edit."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Run; what was begun when an earlier demo was killed is finished, and charged once."""
        folder = Path(settings.DATA_DIR) / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        for stop in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background job starts with it ignored
            signal.signal(stop, signal.default_int_handler)
        with _alone(folder), contextlib.ExitStack() as stopping, contextlib.suppress(KeyboardInterrupt):
            self._run(folder, folder / "demo.log", stopping)

    def _run(self, folder: Path, log: Path, stopping: contextlib.ExitStack) -> None:
        memory = Memory.of(folder)
        memory.port, memory.simulator_port = free_port(memory.port), free_port(memory.simulator_port)
        memory.stripe_port = free_port(memory.stripe_port)
        memory.save()
        env, base_url = stage.environment(folder, memory), f"http://localhost:{memory.port}"
        self.stdout.write(
            "Starting the database, the simulated providers and Pentimento; the first time takes a while."
        )
        try:
            stopping.callback(_stop, stage.start(stage.simulator(memory), env, log))
            stopping.callback(_stop, stage.start(stage.fake_stripe(memory, folder), env, log))
            api_key = stage.bootstrap(env, memory, log)
            stage.make_up_prices(env, memory, log)
            up = stage.start(["up", "--port", str(memory.port)], env, log)
            stopping.callback(_stop, up)
            self.stdout.write("Uploading a picture and editing it through the REST API." if not memory.begun
                              else "Finishing the edit that was begun.")  # fmt: skip
            result = run_edit(base_url=base_url, api_key=api_key, memory=memory, folder=folder / "files")
        except (stage.Failed, httpx.HTTPError) as error:
            raise CommandError(f"The demo could not run: {error}. See {log}.") from error
        self._show(result, base_url, api_key, memory, log)
        raise CommandError(f"Pentimento ended with code {up.wait()}. See {log}.")

    def _show(self, result: Result, base_url: str, api_key: str, memory: Memory, log: Path) -> None:
        edit = result.edit
        charged = format_short(parse_usd(edit["price"]["charged"]))
        files = [f"{path}  ({path.stat().st_size:,} bytes)" for path in result.files]
        error = edit["error"]["message"] if edit["error"] else ""
        lines = [
            ("edit", f"{edit['id']}  {edit['status']}  {error}".rstrip()),
            ("prompt", edit["prompt"]),
            ("provider", f"{edit['provider']}, simulated: no model was called and nobody was billed"),
            ("price", f"${charged}"),
            ("prices", f"as published; made up, but plausible, for {', '.join(stage.MADE_UP_PRICES)}"),
            *(("files" if path is files[0] else "", path) for path in files),
            ("", ""),
            ("open", base_url),
            ("sign in", f"{memory.email}  {memory.password}"),
            ("letters", f"{base_url}/inbox/"),
            ("staff", f"{base_url}/staff/providers/"),
            ("API key", api_key),
            ("simulator", f"http://127.0.0.1:{memory.simulator_port}/control/"),
            ("payments", f"http://127.0.0.1:{memory.stripe_port}/control/  a simulated Stripe: no money moves"),
            ("log", str(log)),
        ]
        self.stdout.write("\n" + "\n".join(f"  {name:9} {value}".rstrip() for name, value in lines))
        self.stdout.write("\nServing until Ctrl-C.")
        self.stdout.flush()


@contextlib.contextmanager
def _alone(folder: Path) -> Any:
    """Hold the folder's lock; raises CommandError when another demo runs in it."""
    lock = os.open(folder / "demo.lock", os.O_RDONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"A demo already runs in {folder}.") from error
    else:
        yield
    finally:
        os.close(lock)


def _stop(process: "subprocess.Popen[str]") -> None:
    """Ask a process to end, and see that it does."""
    process.terminate()
    try:
        process.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
