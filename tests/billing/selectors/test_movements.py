"""A workspace's ledger comes in pages, newest first, and shows nothing of anybody else's."""

from datetime import timedelta
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import wall
from billing.facade import capture
from billing.ledger import grant, hold
from billing.selectors.movements import movements
from tests.conftest import Person
from tests.walls.as_web import begin, end


def test_pages_follow_on_each_other_and_filters_leave_what_was_asked_for(
    credit: Person, mallory: Person, django_assert_num_queries
):
    grant(workspace_id=mallory.workspace.id, amount=1_000_000, key="mallory's")
    for number in range(3):
        hold(workspace_id=credit.workspace.id, reference=f"edt_{number}", amount=47_500)
        capture(reference=f"edt_{number}", amount=47_500)
    ours = partial(movements, workspace_id=credit.workspace.id)
    with django_assert_num_queries(1):
        first = ours(limit=2)
    rest = ours(after=first[-1].place)
    assert [(row.kind, row.reference, row.amount) for row in [*first, *rest]] == [
        ("capture", "edt_2", -47_500),
        ("capture", "edt_1", -47_500),
        ("capture", "edt_0", -47_500),
        ("grant", "", 10_000_000),
    ]
    assert [row.kind for row in ours(kinds=["grant", "top_up"])] == ["grant"]
    now = timezone.now()
    assert len(ours(since=now - timedelta(hours=1), until=now + timedelta(hours=1))) == 4
    assert ours(until=now - timedelta(hours=1)) == []
    assert movements(workspace_id="wsp_nobodys") == []


def test_a_time_is_looked_up_in_the_index_behind_the_wall_too(credit: Person):
    now = timezone.now()
    begin()
    wall.open_to(credit.workspace.id)
    with CaptureQueriesContext(connection) as asked:
        movements(workspace_id=credit.workspace.id, since=now - timedelta(days=1), until=now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    wall.shut()
    end()
    found = plan.partition("using entry_of_account")[2].partition("Index Cond: ")[2].partition("\n")[0]
    assert "(id > (InitPlan" in found
    assert "(id < (InitPlan" in found
