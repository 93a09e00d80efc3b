"""A worker's clock is an hour wrong: leases, due times and deadlines go by the database's."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ

from editor.attempts import AttemptState, Event
from editor.models import Attempt, Edit, Wave
from editor.services.close_attempt import Closing, close_attempt
from editor.tasks import ensure_waves
from editor.waves import lease
from tests.editor.rows import COST, PRICE, make_attempt, make_edit
from tests.editor.waves.test_waves import ended, run_until, submit

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["submit"]  # the fixture
CLOCKS = ("now", "statement_timestamp", "clock_timestamp")


@pytest.fixture(params=[timedelta(hours=1), timedelta(hours=-1)], ids=["ahead", "behind"])
def database_is(request):
    """Every connection from here on finds the database's clock an hour off ours, which is as if ours were."""
    name, hours = settings.DATABASES["default"]["NAME"], int(request.param / timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA shifted")
        for clock in CLOCKS:
            cursor.execute(
                f"CREATE FUNCTION shifted.{clock}() RETURNS timestamptz LANGUAGE sql STABLE AS "
                f"$$ SELECT pg_catalog.{clock}() + interval '{hours} hours' $$"
            )
        cursor.execute(f'ALTER DATABASE "{name}" SET search_path = shifted, pg_catalog, public')
    connection.close()
    yield request.param
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" RESET search_path')
        cursor.execute("DROP SCHEMA shifted CASCADE")
    connection.close()


def test_an_edit_is_sent_once_and_ends(submit, upstream, database_is):
    edit = submit()
    Edit.objects.filter(id=edit.id).update(deadline_at=edit.deadline_at + database_is)
    run_until(ended(edit))
    assert (edit.status, upstream.counts()["jobs"]) == ("succeeded", 1)


def test_a_refused_order_goes_to_the_next_provider_while_there_is_time(credit, database_is):
    units = {name: {"cost": COST, "price": PRICE} for name in ("shortapi", "apipod")}
    deadline = timezone.now() + database_is + timedelta(minutes=10)
    edit = make_edit(credit.workspace, held=True, route=[*units], units=units, deadline_at=deadline)
    refused = make_attempt(edit, AttemptState.SUBMITTING)
    closing = Closing(Event.REJECTED, "rejected", "The prompt is too odd.")
    assert close_attempt(
        attempt_id=refused.id, edit_id=edit.id, epoch=0, state=AttemptState.SUBMITTING, closing=closing
    )
    assert list(Attempt.objects.filter(edit=edit, state="intent").values_list("provider", flat=True)) == ["apipod"]


def test_a_lease_lives_as_long_as_it_should(database_is):
    wave = lease.start()
    assert lease.claiming() == 1
    assert lease.release_expired() == 0
    assert Wave.objects.filter(id=wave).exists()


def test_a_task_is_fetched_once_and_at_once(database_is):
    ensure_waves()
    ensure_waves()
    assert OrmQ.objects.count() == 2
    queue = get_broker("waves")
    ((first, _),) = queue.dequeue()
    ((second, _),) = queue.dequeue()
    assert first != second
    assert (queue.queue_size(), queue.lock_size(), queue.dequeue()) == (0, 2, None)
