"""A workspace's ledger comes in pages, newest first, and shows nothing of anybody else's."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from billing.facade import capture
from billing.ledger import grant, hold
from billing.selectors.movements import movements
from tests.conftest import Person


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
