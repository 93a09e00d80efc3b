"""The real product with all five providers simulated, in a folder of its own: to be killed, and asked what is left."""

import contextlib
import io
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import httpx
import psycopg
from PIL import Image

from billing.invariants import INVARIANTS as MONEY
from config.embedded.launcher import socket_directory
from config.embedded.lineage import bound_to_me
from config.env import ROOT, child_env
from editor.crash import Point
from editor.invariants import INVARIANTS as EDITS
from editor.providers.registry import PROVIDERS

MANAGE = [sys.executable, str(ROOT / "manage.py")]
OTHERS_OFF = ("DATABASE_URL", "EMAIL_URL", "S3_BUCKET")
UNPRICED = ("pixazo", "apikley", "apipod")
LOOK_SECONDS = 0.25


class House:
    """One data folder and one simulator for many lives of the product."""

    def __init__(self, folder: Path, stopping: contextlib.ExitStack) -> None:
        self.folder = folder
        self.died = folder / "died"
        self.port, port = _free_port(), _free_port()
        self.simulator = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        simulated = {f"{name.upper()}_BASE_URL": f"http://127.0.0.1:{port}/{name}" for name in PROVIDERS}
        self.env = child_env(
            dict.fromkeys(OTHERS_OFF, ""),
            simulated,
            {f"{name.upper()}_API_KEY": "simulated" for name in PROVIDERS},
            DJANGO_SETTINGS_MODULE="config.settings",
            DEBUG="0",
            SECRET_KEY="only-to-die-" + "x" * 50,
            ALLOWED_HOSTS="127.0.0.1",
            PUBLIC_BASE_URL=f"http://127.0.0.1:{self.port}",
            PENTIMENTO_DATA_DIR=str(folder),
            EGRESS_ALLOW_CIDRS="127.0.0.0/8",
        )
        self.log = stopping.enter_context((folder / "log").open("wb"))
        simulate = ["simulate_providers", "--port", str(port), "--memory", "--no-limits", "--render", "flat"]
        stopping.enter_context(self._running([*simulate, "--latency", "1"], {}))
        said = self.manage("bootstrap", "--email", "a@example.com", "--workspace", "A", "--credit", "1000.00", "--json")
        key = json.loads(said)["api_key"]
        prices = f"[call_command('set_price', name, '0.04') for name in {UNPRICED}]"
        self.manage("shell", "-c", f"from django.core.management import call_command; {prices}")
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            trust_env=False,
        )
        self.image = ""

    @contextlib.contextmanager
    def up(self, point: Point | Literal[""] = "", *, only: str = "", **env: str) -> Iterator[int]:
        """Run everything, or a part; gives the process's number. A point to die at is safe until armed."""
        self.died.touch()
        part = ["--only", only] if only else []
        crash = {"CRASH_AT": point, "CRASH_ONCE": str(self.died)}
        with self._running(["up", "--port", str(self.port), *part], crash | env) as process:
            self.wait_for(lambda: self._answers("/healthz" if only else "/readyz"), seconds=120)
            self.image = self.image or self._upload()
            yield process.pid
            process.terminate()
            assert process.wait() == 0

    def arm(self) -> None:
        """From now on the first process that comes to the point dies there, and no other."""
        self.died.unlink()

    def submit(self, provider: str, prompt: str, *, deadline: int, key: str = "") -> str:
        body = {"prompt": prompt, "images": [self.image], "provider": provider, "deadline_seconds": deadline}
        headers = {"Idempotency-Key": key} if key else {}
        return str(self.api.post("/edits", json=body, headers=headers).raise_for_status().json()["id"])

    def edit(self, edit_id: str) -> dict[str, Any]:
        return dict(self.api.get(f"/edits/{edit_id}").raise_for_status().json())

    def counts(self) -> dict[str, dict[str, Any]]:
        return dict(self.simulator.get("/control/counts").raise_for_status().json())

    def start_counting(self) -> None:
        """Forget what the providers were asked."""
        self.simulator.post("/control/reset", json={}).raise_for_status()

    def never_call_back(self) -> None:
        for name in PROVIDERS:
            order = {"provider": name, "fault": "no_callback", "times": None}
            self.simulator.post("/control/faults", json=order).raise_for_status()

    def query(self, select: str) -> list[tuple[Any, ...]]:
        host = str(socket_directory(self.folder))
        with psycopg.connect(host=host, dbname="pentimento", user="pentimento") as connection:
            return connection.execute(select.encode()).fetchall()

    def violations(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Check every invariant of money, as `tests.books` does."""
        return [(name, row) for name, select in {**MONEY, **EDITS}.items() for row in self.query(select)]

    def wait_for(self, true: Callable[[], bool], *, seconds: float) -> None:
        pause = threading.Event()
        for _ in range(int(seconds / LOOK_SECONDS)):
            if true():
                return
            pause.wait(LOOK_SECONDS)
        raise AssertionError(f"not within {seconds} s: {true.__qualname__}")

    def wait_for_ends(self, edits: Sequence[str], *, seconds: float) -> None:
        listed = ",".join(f"'{edit}'" for edit in edits)
        running = f"SELECT 1 FROM editor_edit WHERE id IN ({listed}) AND finished_at IS NULL LIMIT 1"
        self.wait_for(lambda: not self.query(running), seconds=seconds)

    def _answers(self, path: str) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False).status_code == httpx.codes.OK
        return False

    def _upload(self) -> str:
        picture = io.BytesIO()
        Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(picture, "JPEG")
        answer = self.api.post("/images", files={"file": ("a.jpg", picture.getvalue(), "image/jpeg")})
        return str(answer.raise_for_status().json()["id"])

    def manage(self, *arguments: str) -> str:
        command = [*MANAGE, *arguments]
        return subprocess.run(
            command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=self.log, text=True, check=True
        ).stdout

    @contextlib.contextmanager
    def _running(self, arguments: list[str], more: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
        process = subprocess.Popen(
            [*MANAGE, *arguments], env={**self.env, **more}, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, preexec_fn=bound_to_me(),  # noqa: PLW1509 - there is one thread
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def house() -> Iterator[House]:
    """Give a house, and take it down; when something went wrong, its log stays and is named."""
    with contextlib.ExitStack() as stopping:
        folder = Path(stopping.enter_context(tempfile.TemporaryDirectory(prefix="pentimento-crash-")))
        built = House(folder, stopping)
        stopping.callback(built.api.close)
        stopping.callback(built.simulator.close)
        try:
            yield built
        except BaseException:
            _, kept = tempfile.mkstemp(prefix="pentimento-crash-", suffix=".log")
            shutil.copy(folder / "log", kept)
            print(f"the log of what went wrong: {kept}")
            raise


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
