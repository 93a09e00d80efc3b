"""The embedded PostgreSQL finds or starts itself, is shared, and leaves nothing behind."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from django.db.utils import ConnectionHandler

from config.embedded import launcher
from tests.config.servers import Guest, keepers, postmaster, processes, query, wait_for_end

NOBODY = 65534


@pytest.fixture
def root() -> Iterator[Path]:
    data = Path(tempfile.mkdtemp(prefix="pnt-"))
    data.chmod(0o755)
    yield data / "postgres"
    launcher.leave(data / "postgres")
    assert wait_for_end(*(process.pid for process in processes(data)))
    shutil.rmtree(data)


def start(root: Path) -> None:
    launcher.ensure_running(root, durable=False)


def kill_everything(root: Path) -> None:
    found = processes(root)
    for process in found:
        os.kill(process.pid, signal.SIGKILL)
    assert wait_for_end(*(process.pid for process in found))


def test_the_first_user_starts_it_and_the_last_one_stops_it(root: Path) -> None:
    start(root)
    with Guest(root) as bob:
        assert bob.arrived()
        (keeper,) = keepers(root)
        launcher.leave(root)
        assert query(root, "select 1") == "1"
    assert wait_for_end(keeper.pid)
    assert launcher.has_stopped(root)
    assert processes(root) == []


def test_many_that_start_at_once_share_one_server(root: Path) -> None:
    guests = [Guest(root) for _ in range(6)]
    assert all(guest.arrived() for guest in guests)
    assert len(keepers(root)) == 1
    for guest in guests:
        guest.process.communicate()


def test_kill_9_of_every_user_leaves_nothing_running_and_keeps_what_was_committed(root: Path) -> None:
    alice, bob = Guest(root, durable=True), Guest(root, durable=True)
    assert alice.arrived()
    assert bob.arrived()
    query(root, "create table picture (name text)")
    query(root, "insert into picture values ('kept')")
    left = [process.pid for process in processes(root)]
    alice.kill()
    bob.kill()
    assert wait_for_end(*left)
    start(root)
    assert query(root, "select name from picture") == "kept"


def test_kill_9_of_everything_at_once_keeps_what_was_committed(root: Path) -> None:
    alice = Guest(root, durable=True)
    assert alice.arrived()
    query(root, "create table picture (name text)")
    query(root, "insert into picture values ('kept')")
    kill_everything(root)
    alice.process.communicate()
    start(root)
    assert query(root, "select name from picture") == "kept"


def test_the_server_dies_with_its_keeper_and_the_next_look_starts_another(root: Path) -> None:
    start(root)
    server, (keeper,) = postmaster(root), keepers(root)
    os.kill(keeper.pid, signal.SIGKILL)
    assert wait_for_end(server)
    start(root)
    assert query(root, "select 1") == "1"


def test_after_kill_9_of_the_server_the_next_connection_starts_it_again(root: Path, django_db_blocker: Any) -> None:
    database = {"ENGINE": "config.embedded", "NAME": "pentimento", "USER": "pentimento", "DURABLE": False}
    database |= {"HOST": str(launcher.socket_directory(root.parent)), "ROOT": str(root)}
    connection = ConnectionHandler({"default": database})["default"]
    with django_db_blocker.unblock():
        for _ in range(3):
            with connection.cursor() as cursor:
                cursor.execute("select 1")
                assert cursor.fetchone() == (1,)
            connection.close()
            os.kill(postmaster(root), signal.SIGKILL)


def test_its_log_holds_no_statement_and_no_row(root: Path) -> None:
    start(root)
    query(root, "create table edit (prompt text unique)")
    query(root, "insert into edit values ('a secret prompt')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        query(root, "insert into edit values ('a secret prompt')")
    log = (root / "postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "a secret prompt" not in log


def test_a_half_made_cluster_is_made_anew(root: Path) -> None:
    alice = Guest(root)
    beat = Event()
    while not (root / "cluster.unfinished").exists():
        assert alice.process.poll() is None
        beat.wait(0.005)
    kill_everything(root)
    alice.process.communicate()
    assert not (root / "cluster").exists()
    start(root)
    assert query(root, "select 1") == "1"
    assert not (root / "cluster.unfinished").exists()


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(launcher.CannotStart, match=r"The data folder .*/file cannot be written \(Not a directory\)"):
        start(tmp_path / "file" / "postgres")


def test_a_cluster_of_another_postgresql_is_named_and_left_alone(root: Path) -> None:
    (root / "cluster").mkdir(parents=True)
    (root / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(launcher.CannotStart, match="was made by PostgreSQL 9, which is not installed any more"):
        start(root)
    assert [path.name for path in (root / "cluster").iterdir()] == ["PG_VERSION"]


def test_a_socket_folder_of_somebody_elses_is_refused(root: Path) -> None:
    root.mkdir()
    (root / "elsewhere").mkdir()
    launcher.socket_directory(root.parent).symlink_to(root / "elsewhere")
    with pytest.raises(launcher.CannotStart, match="belongs to somebody else"):
        start(root)


def test_a_long_path_has_its_socket_in_a_temporary_folder() -> None:
    assert launcher.socket_directory(Path("/data")) == Path("/data/postgres/socket")
    far = launcher.socket_directory(Path("/" + "deep/" * 30))
    assert far.parent == Path(tempfile.gettempdir())


def test_the_server_never_runs_as_root(root: Path) -> None:
    """As root: a folder of nobody's is served by nobody. As anybody else: by oneself."""
    owner = NOBODY if os.geteuid() == 0 else os.geteuid()
    root.mkdir(mode=0o700)
    os.chown(root, owner, -1)
    start(root)
    assert {process.uid for process in processes(root) if process.name == "postgres"} == {owner}
    assert (root / "cluster").stat().st_uid == owner
