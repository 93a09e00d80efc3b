"""Dying on purpose: at the named point and at no other, and in the middle of a POST only once all of it has left."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

DIE = """
import sys
from django.conf import settings
settings.configure(CRASH_AT=sys.argv[1], CRASH_ONCE=sys.argv[2])
from editor.crash import crash_at
crash_at("after_post")
"""
PAY = """
import asyncio, sys
from django.conf import settings
settings.configure(CRASH_AT="mid_post", CRASH_ONCE="")
from editor.crash import crash_once_sent
from editor.providers.base import HttpRequest
from editor.providers.transport import Transport
request = HttpRequest("POST", sys.argv[1], {}, {"prompt": "x" * 20_000})
asyncio.run(Transport(on_paying=crash_once_sent).send(request, seconds=20, max_bytes=1000))
"""


def _run(code: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-c", code, *arguments], check=False, timeout=60).returncode


def test_it_dies_where_it_is_told_to_and_nowhere_else() -> None:
    assert _run(DIE, "after_post", "") == -signal.SIGKILL
    assert _run(DIE, "after_poll", "") == 0
    assert _run(DIE, "", "") == 0


def test_of_many_only_the_first_dies(tmp_path: Path) -> None:
    died = tmp_path / "died"
    assert _run(DIE, "after_poll", str(died)) == 0
    assert not died.exists()
    assert _run(DIE, "after_post", str(died)) == -signal.SIGKILL
    assert died.exists()
    assert _run(DIE, "after_post", str(died)) == 0


def test_a_process_that_dies_in_the_middle_of_a_post_has_sent_all_of_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as provider:
        address = f"http://127.0.0.1:{provider.getsockname()[1]}/"
        with subprocess.Popen([sys.executable, "-c", PAY, address]) as dying:
            connection, _ = provider.accept()
            with connection:
                connection.settimeout(60)
                received = b"".join(iter(lambda: connection.recv(65_536), b""))
            assert dying.wait(timeout=60) == -signal.SIGKILL
    assert json.loads(received.partition(b"\r\n\r\n")[2]) == {"prompt": "x" * 20_000}
