"""The courier: takes deliveries that are due to their receivers, many at once, until nothing is due or its time is up.

The rows are the truth: a courier that dies leaves claims that lapse in a minute. This thread alone asks the database;
another runs the loop that all the sockets wait in.
"""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from time import monotonic

import structlog
from django.db import connection

from editor.deliveries.claim import SECONDS, claim
from editor.deliveries.letter import Letter, write
from editor.deliveries.record import LEFT_OUT, Outcome, record
from editor.deliveries.scrub import KEPT_BYTES
from editor.egress import Network, Refused, post
from editor.models import Delivery
from editor.waves.stopping import STOPPING

log = structlog.get_logger(__name__)

AT_ONCE = 200
LOOKS_EVERY = 0.5
# One courier at a time, where PostgreSQL sees to it; two of them would only share the work.
LOCK = 0x70_6E_74_63
_AT_WORK = """
SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND objid = %s AND datname = current_database())
"""


def run_courier(*, seconds: float, patience: float = SECONDS, network: Network | None = None) -> int:
    """Deliver for at most `seconds`, then wait for what is on its way; tells how many tries there were.

    A receiver has `patience` seconds to answer. None are made while another courier is at work.
    """
    with _alone() as is_alone:
        return _deliver(monotonic() + seconds, patience, network) if is_alone else 0


def is_courier_at_work() -> bool:
    """Tell whether somebody delivers now."""
    with connection.cursor() as cursor:
        cursor.execute(_AT_WORK, [LOCK])
        (found,) = cursor.fetchone()
    return bool(found)


def _deliver(until: float, patience: float, network: Network | None) -> int:
    on_their_way: dict[Future[Outcome], Letter] = {}
    tries = 0
    with _sockets() as loop:
        while True:
            if monotonic() < until and not STOPPING.is_set():
                for delivery in claim(AT_ONCE - len(on_their_way)):
                    if letter := _write(delivery):
                        on_their_way[asyncio.run_coroutine_threadsafe(_send(letter, patience, network), loop)] = letter
            if not on_their_way:
                return tries
            arrived, _ = wait(on_their_way, timeout=LOOKS_EVERY, return_when=FIRST_COMPLETED)
            for sent in arrived:
                record(on_their_way.pop(sent), sent.result())
                tries += 1


def _write(delivery: Delivery) -> Letter | None:
    """Make a letter; one that cannot be made counts as a failed try and holds up nobody."""
    try:
        return write(delivery)
    except Exception:
        log.exception("webhook_not_written", delivery=delivery.id)
        record(Letter(delivery, delivery.url or delivery.endpoint.url, "", {}), Outcome(0, error=LEFT_OUT))
        return None


async def _send(letter: Letter, patience: float, network: Network | None) -> Outcome:
    began = monotonic()
    try:
        answer = await post(
            letter.url,
            body=letter.body.encode(),
            headers=letter.headers,
            keep=KEPT_BYTES,
            seconds=patience,
            network=network,
        )
    except Refused as refused:
        return Outcome(_since(began), error=refused.message)
    except Exception:
        log.exception("webhook_stumbled", delivery=letter.delivery.id)
        return Outcome(_since(began), error="It could not be sent.")
    return Outcome(_since(began), answer=answer)


def _since(began: float) -> int:
    return int((monotonic() - began) * 1000)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (got,) = cursor.fetchone()
        try:
            yield bool(got)
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _sockets() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_run, args=(loop,), name="courier", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
