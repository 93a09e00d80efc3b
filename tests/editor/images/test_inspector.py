"""The inspector's children may die; it starts again; whoever asked lives on."""

import contextlib
import json
import os
import signal
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from editor.images.errors import BadPicture
from editor.images.inspector.client import Inspector, hear
from editor.images.inspector.protocol import Job, Limits, Problem, Report, read_answer
from tests import pictures

MIB = 2**20


@pytest.fixture
def ask(tmp_path):
    """Start an inspector with these limits and put questions to it."""
    made = []

    def with_limits(**limits):
        inspector = Inspector(Limits(**limits))
        made.append(inspector)

        def question(data: bytes, job: Job = Job.UPLOAD):
            folder = Path(tempfile.mkdtemp(dir=tmp_path))
            (folder / "source").write_bytes(data)
            return inspector.inspect(
                job, folder / "source", rendition=folder / "rendition", thumbnail=folder / "thumbnail"
            )

        return inspector, question

    yield with_limits
    for inspector in made:
        inspector.close()


def slow_picture() -> bytes:
    return pictures.encode(pictures.quarters((6000, 6000)), "PNG", compress_level=1)


@pytest.mark.parametrize(
    "limits",
    [{"memory_bytes": 200 * MIB}, {"memory_bytes": 8 * MIB}, {"cpu_seconds": 1}, {"wall_seconds": 0.05}],
    ids=["memory", "hardly any memory", "processor time", "time"],
)
def test_a_child_over_a_limit_dies_alone_and_the_next_picture_is_read(ask, limits):
    inspector, question = ask(**limits)
    heavy = pictures.bomb(7_000) if "cpu_seconds" not in limits else many_scans()
    with pytest.raises(BadPicture):
        question(heavy)
    first = inspector.pid
    inspector.limits = Limits()
    assert question(pictures.jpeg()).content_type == "image/jpeg"
    assert inspector.pid == first


def test_one_process_serves_all_pictures(ask):
    inspector, question = ask()
    assert inspector.pid is None
    question(pictures.jpeg())
    first = inspector.pid
    question(pictures.png())
    assert inspector.pid == first


def test_an_inspector_that_was_killed_is_started_again(ask):
    inspector, question = ask()
    question(pictures.jpeg())
    first = inspector.pid
    os.kill(first, signal.SIGKILL)
    assert question(pictures.png()).content_type == "image/png"
    assert inspector.pid != first


def test_killed_in_the_middle_of_a_picture_the_question_is_put_again(ask):
    inspector, question = ask()
    question(pictures.jpeg())
    first, answers = inspector.pid, []
    asking = threading.Thread(target=lambda: answers.append(question(slow_picture())))
    asking.start()
    os.kill(first, signal.SIGKILL)
    asking.join()
    assert [answer.width for answer in answers] == [6000]
    assert inspector.pid != first


def test_many_threads_may_ask_at_once(ask):
    _, question = ask()
    widths = []
    sizes = range(20, 36)
    threads = [
        threading.Thread(target=lambda size=size: widths.append(question(pictures.png((size, 20))).width))
        for size in sizes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(widths) == list(sizes)


def test_when_its_parent_is_gone_it_goes(ask):
    inspector, question = ask()
    question(pictures.jpeg())
    process = inspector._live.process
    inspector._live.requests.close()  # what the end of the parent does
    assert process.wait(timeout=10) == 0


def test_a_fork_of_the_caller_starts_its_own(ask):
    inspector, question = ask()
    question(pictures.jpeg())
    first = inspector.pid
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found = question(pictures.png())
            os.write(tell, f"{found.content_type} {inspector.pid != first}".encode())
            inspector.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(told, 100) == b"image/png True"
    os.close(told)
    os.close(tell)
    assert question(pictures.jpeg()).width == 96
    assert inspector.pid == first


def test_it_knows_none_of_its_parents_secrets(ask):
    inspector, question = ask()
    question(pictures.jpeg())
    with Path(f"/proc/{inspector.pid}/environ").open("rb") as environment:
        assert b"SECRET" not in environment.read()


def answer(**changes) -> bytes:
    sizes = dict.fromkeys(("width", "height", "rendition_width", "rendition_height"), 20)
    return json.dumps({"content_type": "image/png", "rendition_type": ""} | sizes | changes).encode()


def test_an_answer_in_order_is_read():
    assert read_answer(answer()) == Report("image/png", 20, 20, "", 20, 20)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        answer(content_type="text/html"),
        answer(rendition_type="text/html"),
        answer(width=-1),
        answer(height="20"),
        answer(rendition_width=10**9),
    ],
)
def test_an_answer_that_is_none_of_ours_is_none(message):
    assert read_answer(message) is None


def test_a_problems_text_is_kept_short():
    assert read_answer(b'{"problem": "' + b"x" * 999 + b'"}') == Problem("x" * 200)


def many_scans() -> bytes:
    """A small progressive JPEG whose last scan comes again and again: cheap to send, dear to decode."""
    data = pictures.encode(pictures.quarters((5000, 5000)), "JPEG", progressive=True, quality=30)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 400 + b"\xff\xd9"


@pytest.mark.parametrize(
    ("part", "seconds", "why"),
    [(b"{", 0.5, "timed out"), (b"x" * 3000, 60, "too long")],
    ids=["a drop now and then", "a flood"],
)
def test_a_child_that_never_comes_to_an_end_is_not_listened_to_for_ever(part, seconds, why):
    ours, theirs = socket.socketpair()
    enough = threading.Event()

    def talk() -> None:
        with theirs, contextlib.suppress(OSError):
            while not enough.wait(0.05):
                theirs.sendall(part)

    child = threading.Thread(target=talk)
    child.start()
    with ours, pytest.raises(OSError, match=why):
        hear(ours, seconds=seconds)
    enough.set()
    child.join()
