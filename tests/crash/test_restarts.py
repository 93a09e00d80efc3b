"""Twenty rolling restarts under load: every edit ends, and none is paid twice."""

import os
import signal

import pytest

from tests.config.servers import wait_for_end
from tests.crash import family
from tests.crash.stage import stage
from tests.crash.steady import Orders

RESTARTS = int(os.environ.get("RESTARTS", "20"))
EVERY = 0.3
DEADLINE = 120


@pytest.mark.proof
def test_twenty_restarts_of_the_cluster_of_waves_double_nothing() -> None:
    """By SIGTERM each, as a deployment does it; what is with a provider is finished or handed on."""
    with stage() as made:
        made.house.start_counting()
        orders = Orders(made.house)
        with orders.steadily(EVERY, deadline=DEADLINE):
            for _ in range(RESTARTS):
                before = made.waves().main
                family.send([before], signal.SIGTERM)
                assert wait_for_end(before, seconds=60)
        outcomes = orders.ended(within=DEADLINE)
    print(f"\n{RESTARTS} restarts of the cluster, {outcomes.total()} edits: {dict(outcomes)}")
    assert outcomes == {"succeeded": len(orders.providers)}


@pytest.mark.proof
def test_twenty_restarts_of_everything_double_nothing() -> None:
    """`up` itself is stopped in the middle of the work, and started; callers wait or try again meanwhile."""
    with stage() as made:
        made.house.start_counting()
        orders = Orders(made.house)
        with orders.steadily(EVERY, deadline=DEADLINE):
            for _ in range(RESTARTS):
                made.house.wait_for(lambda: made.house.query("SELECT 1 FROM editor_wave") != [], seconds=60)
                for _ in range(3):
                    orders.place(deadline=DEADLINE)
                made.stop()
                made.start()
        outcomes = orders.ended(within=DEADLINE)
    print(f"\n{RESTARTS} restarts of everything, {outcomes.total()} edits: {dict(outcomes)}")
    assert outcomes == {"succeeded": len(orders.providers)}
