"""A process that slept for longer than its lease sends nothing, although it may have been about to."""

import asyncio

import pytest

from editor.attempts import AttemptState
from editor.models import Attempt
from editor.waves import lease
from editor.waves.claims import claim
from editor.waves.drive import drive
from editor.waves.loop import Wave as Run
from editor.waves.orders import stored_orders, write_orders
from tests.editor.waves.test_replay import apipod, due_now, submit  # noqa: F401 - fixtures
from tests.editor.waves.test_waves import in_state, run_until

pytestmark = pytest.mark.django_db(transaction=True)


def drive_asleep(held, orders):
    """Drive one attempt in a wave that last renewed its lease eleven seconds ago."""

    async def drive_it():
        run = Run()
        run.bench.renewed_at -= lease.LEASE_SECONDS + 1
        run.bench.orders = await run.in_database(orders, [held.id])
        await drive(held, run.bench)
        run.in_workshop.close()
        run.in_database.close()

    asyncio.run(drive_it())


def test_an_order_that_it_had_written_down_is_known_to_be_unsent(submit, apipod):  # noqa: F811
    edit = submit()
    (held,) = claim(lease.start(), 1)
    drive_asleep(held, write_orders)
    first, again = Attempt.objects.filter(edit=edit).order_by("id")
    assert (first.state, first.error_code) == ("not_sent", "not_sent")
    assert (again.state, again.provider) == ("intent", "apipod")
    assert apipod.counts["posts"] == 0


def test_a_replay_is_left_to_the_next(submit, apipod):  # noqa: F811
    apipod.order("drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    due_now(edit)
    (held,) = claim(lease.start(), 1)
    drive_asleep(held, stored_orders)
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.wave_id) == ("unknown", None)
    assert attempt.due_at is not None
    assert apipod.counts["posts"] == 1
