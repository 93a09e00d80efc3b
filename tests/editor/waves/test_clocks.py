"""A worker's clock is an hour wrong: leases, due times and deadlines go by the database's."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django_q.brokers import get_broker
from django_q.models import OrmQ

from editor.models import Edit, Wave
from editor.tasks import ensure_waves
from editor.waves import lease
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
