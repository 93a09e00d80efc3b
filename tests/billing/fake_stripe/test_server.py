"""The command: loopback only, and what it knew it knows again after a kill."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from billing.fake_stripe.server import NotHere, Place, build, listen
from tests.fake_stripe_fixture import FakeStripe

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def _started(folder: str) -> Iterator[tuple[FakeStripe, "subprocess.Popen[str]"]]:
    command = [sys.executable, "manage.py", "fake_stripe", "--port", "0", "--folder", folder, "--stop-with-stdin"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("Fake Stripe: http://127.0.0.1:"), said
        fake = FakeStripe(said.rsplit(" ", 1)[-1].strip())
        try:
            yield fake, process
        finally:
            fake.http.close()
            process.terminate()
            process.wait(timeout=10)


def test_what_was_bought_survives_a_kill(tmp_path: Path) -> None:
    key = {"idempotency_key": "customer:1"}
    with _started(str(tmp_path)) as (fake, process):
        made = fake.client().v1.customers.create({"email": "alice@example.com"}, key)  # type: ignore[arg-type]
        process.kill()
    with _started(str(tmp_path)) as (fake, process):
        v1 = fake.client().v1
        assert [each.id for each in v1.customers.list().data] == [made.id]
        again = v1.customers.create({"email": "alice@example.com"}, key)  # type: ignore[arg-type]
        assert again.id == made.id


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_it_listens_to_nobody_else(host: str) -> None:
    with pytest.raises(NotHere):
        asyncio.run(listen(Place(host=host, port=0)))
    with pytest.raises(CommandError, match="no loopback address"):
        call_command("fake_stripe", host=host, port=0)


def test_what_it_holds_of_secrets_is_in_no_repr() -> None:
    app, _ = build(Place(key="sk_test_of_mine"))
    assert app.frozen is False
    assert "sk_test_of_mine" not in repr(Place(key="sk_test_of_mine"))
