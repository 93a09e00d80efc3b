"""Hold and capture against the bare statements: two updates of one row, each committed, with nothing kept of why.

Each pair is two transactions, by eight threads of one process; both in turn, three times, and the best of each counts.
"""

import itertools
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import django

THREADS, SECONDS, ROUNDS = 8, 5.0, 3
MANY = 1000
BARE = (
    "UPDATE bare SET held = held + %s WHERE id = %s AND posted - held >= %s",
    "UPDATE bare SET held = held - %s, posted = posted - %s WHERE id = %s",
)


def ledger() -> Iterator[str]:
    """Measure pairs a second, over many workspaces and on one, in a process and on a database of their own."""
    with tempfile.TemporaryDirectory(prefix="pentimento-bench-", ignore_cleanup_errors=True) as folder:
        apart = {**os.environ, "PENTIMENTO_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        run = subprocess.run(
            [sys.executable, "-m", "tests.bench.ledger"], env=apart, check=True, stdout=subprocess.PIPE, text=True
        )
        yield from run.stdout.splitlines()


def main() -> None:
    """Measure here and now."""
    django.setup()
    from django.conf import settings

    from config.embedded import launcher

    for line in _measure():
        print(line, flush=True)
    _close()
    launcher.leave(settings.DATA_DIR / "postgres")


def _measure() -> Iterator[str]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    workspaces = _open()
    for title, chosen in ((f"over {MANY} workspaces", workspaces), ("on one workspace", workspaces[:1])):
        figures: dict[str, list[float]] = {"bare": [], "ledger": []}
        for _ in range(ROUNDS):
            figures["bare"].append(_pairs(partial(_bare, list(range(1, len(chosen) + 1)))))
            figures["ledger"].append(_pairs(partial(_ledger, chosen)))
        bare, ours = max(figures["bare"]), max(figures["ledger"])
        yield f"{title}: {ours:.0f} hold + capture/s, bare {bare:.0f} pairs/s, {ours / bare:.2f} of it (≥ 0.4)"
    from billing.invariants import violations

    yield f"rows that break an invariant of the books afterwards: {len(violations())}"


def _open() -> list[str]:
    """Make the workspaces with their credit, and the bare table."""
    from django.db import connection

    from accounts.models import Workspace
    from billing.ledger import grant

    workspaces = Workspace.objects.bulk_create(Workspace(name=f"bench {number}") for number in range(MANY))
    for workspace in workspaces:
        grant(workspace_id=workspace.id, amount=10**12, key=workspace.id)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id int PRIMARY KEY, posted bigint, held bigint)")
        cursor.execute("INSERT INTO bare SELECT n, 1000000000000, 0 FROM generate_series(1, %s) n", [MANY])
        cursor.execute("VACUUM ANALYZE")
    return [workspace.id for workspace in workspaces]


def _pairs(one: Callable[[random.Random], None]) -> float:
    """Run pairs in all threads for a while and give how many a second."""
    start = threading.Barrier(THREADS)

    def work(number: int) -> int:
        chance = random.Random(number)
        one(chance)  # opens the connection
        start.wait(60)
        end = time.perf_counter() + SECONDS
        count = 0
        while time.perf_counter() < end:
            one(chance)
            count += 1
        _close()
        return count

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS))) / SECONDS


def _bare(rows: list[int], chance: random.Random) -> None:
    from django.db import connection, transaction

    row, amount = chance.choice(rows), 47_500
    for statement, values in zip(BARE, ([amount, row, amount], [amount, amount, row]), strict=True):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)


_NAMES = itertools.count()


def _ledger(workspaces: list[str], chance: random.Random) -> None:
    from billing.ledger import capture, hold

    edit = f"edt_bench_{next(_NAMES)}"
    hold(workspace_id=chance.choice(workspaces), reference=edit, amount=95_000)
    capture(reference=edit, amount=47_500)


def _close() -> None:
    from django.db import connection

    connection.close()


if __name__ == "__main__":
    main()
