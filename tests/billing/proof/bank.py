"""A bank of wallets under fire: many move money, one kills their sessions, one looks on and adds up."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from django.db import DatabaseError, connection, transaction

from billing.errors import BillingError
from billing.ledger import capture, expire_hold, grant, hold, refund, release, take_back
from billing.models import Hold, Transfer

LOOK = """
SELECT (SELECT coalesce(sum(amount), 0) FROM billing_entry),
    (SELECT coalesce(sum(posted), 0) FROM billing_account WHERE kind = 'wallet'),
    (SELECT coalesce(sum(entry.amount), 0) FROM billing_entry entry
        JOIN billing_account account ON account.id = entry.account_id WHERE account.kind = 'wallet'),
    (SELECT coalesce(sum(remaining), 0) FROM billing_lot),
    (SELECT coalesce(sum(held), 0) FROM billing_account),
    (SELECT coalesce(sum(amount), 0) FROM billing_hold WHERE state = 'held')
"""
KILL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'teller' AND datname = current_database() ORDER BY random() LIMIT 1
"""


@dataclass
class Log:
    """What every movement came to: it happened, it was refused, or nobody can tell (its session was killed)."""

    ok: list[tuple[str, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unclear: list[tuple[str, str]] = field(default_factory=list)
    looks: int = 0
    killed: int = 0


class Bank:
    """Eight tellers on these workspaces, for so many seconds."""

    def __init__(self, workspaces: list[str], *, seconds: float, seed: int, tellers: int = 8) -> None:
        self.workspaces, self.seed, self.tellers = workspaces, seed, tellers
        self.end = time.monotonic() + seconds
        self.log = Log()
        self.over = threading.Event()

    def run(self) -> Log:
        with ThreadPoolExecutor(self.tellers + 2) as pool:
            work = [pool.submit(self._apart, partial(self._teller, number)) for number in range(self.tellers)]
            around = [pool.submit(self._apart, self._nemesis), pool.submit(self._apart, self._onlooker)]
            for one in work:
                one.result()
            self.over.set()
            for one in around:
                one.result()
        return self.log

    def _apart(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    def _teller(self, number: int) -> None:
        chance = random.Random(f"{self.seed} {number}")
        turn = 0
        while time.monotonic() < self.end:
            turn += 1
            name = f"{number}_{turn}"
            edit = (
                f"edt_{chance.choice([number, (number + 1) % self.tellers])}_{chance.randint(max(1, turn - 5), turn)}"
            )
            workspace = chance.choice(self.workspaces)
            moves: list[tuple[str, str, Callable[[], object]]] = [
                ("grant", f"grant:{name}", partial(grant, workspace_id=workspace, amount=50, key=name)),
                ("hold", f"edt_{name}", partial(hold, workspace_id=workspace, reference=f"edt_{name}", amount=20)),
                ("capture", edit, partial(capture, reference=edit, amount=chance.randint(1, 20))),
                ("release", edit, partial(release, reference=edit)),
                ("expire", edit, partial(expire_hold, reference=edit)),
                ("refund", f"refund:{name}", partial(refund, reference=edit, amount=1, key=name)),
                ("take_back", f"take_back:{name}", partial(take_back, workspace_id=workspace, amount=9, key=name)),
            ]
            kind, key, move = chance.choices(moves, weights=[4, 8, 6, 2, 1, 2, 1])[0]
            self._do(kind, key, move)

    def _do(self, kind: str, key: str, move: Callable[[], object]) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET application_name = 'teller'; SET statement_timeout = '2s'")
            move()
            self.log.ok.append((kind, key))
        except BillingError as error:
            self.log.refused[type(error).__name__] += 1
        except DatabaseError:
            self.log.unclear.append((kind, key))
            connection.close()

    def _nemesis(self) -> None:
        while not self.over.wait(0.3):
            with connection.cursor() as cursor:
                cursor.execute(KILL)
                self.log.killed += len(cursor.fetchall())

    def _onlooker(self) -> None:
        while not self.over.wait(0.01):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(LOOK)
                total, posted, booked, lots, held, on_hold = cursor.fetchone()
            assert (total, posted, posted, held) == (0, booked, lots, on_hold)
            self.log.looks += 1


def happened(kind: str, key: str) -> int:
    """Count how often a movement stands in the books."""
    if kind in {"grant", "refund", "take_back"}:
        return Transfer.objects.filter(key=key).count()
    states = {"capture": ["captured"], "release": ["released"], "expire": ["expired"]}.get(kind)
    holds = Hold.objects.filter(reference=key)
    return (holds.filter(state__in=states) if states else holds).count()
