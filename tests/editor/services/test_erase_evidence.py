"""What providers answered is kept until nobody can dispute its month any more, and erased then."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Workspace
from billing.invariants import violations
from billing.models import CostLine
from editor.models import Attempt, Edit
from editor.services.erase_expired import erase_expired
from tests.conftest import Person, make_user
from tests.editor.services.test_erase_expired import edit, picture
from tests.editor.services.test_export import own_storage  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
SAID = [{"what": "poll", "status": 200, "body": {"status": "done"}}]
ERASED = "retention.evidence_erased"


@pytest.fixture
def erased(credit: Person) -> Edit:
    """An old edit of Alice's, whose words and pictures were erased, with what its provider answered."""
    Workspace.objects.filter(id=credit.workspace.id).update(retention_days=30)
    old = edit(credit, picture(credit, "a", days=40), None, days=31)
    Attempt.objects.update(exchange=SAID)
    CostLine.objects.update(evidence={"said": SAID})
    erase_expired()
    assert Edit.objects.get(id=old.id).erased_at is not None
    return old


def sign_off(*, days_ago: float, months_earlier: int = 0) -> None:
    """Sign the edit's month off, or one before it, so long ago; a sign-off is never changed, so it is written thus."""
    month = CostLine.objects.get().day.replace(day=1)
    for _ in range(months_earlier):
        month = (month - timedelta(days=1)).replace(day=1)
    by, at = make_user(f"carol{months_earlier}", is_staff=True), timezone.now() - timedelta(days=days_ago)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_monthsignoff (month, figures, signed_by_id, signed_at, note) "
            "VALUES (%s, '[]', %s, %s, '')",
            [month, by.id, at],
        )


def kept() -> tuple[list[object], dict[str, object]]:
    return Attempt.objects.get().exchange, CostLine.objects.get().evidence


@pytest.mark.parametrize(("days_ago", "months_earlier"), [(89.9, 0), (400, 1)])
def test_it_is_kept_until_its_month_was_signed_off_long_enough_ago(erased, days_ago, months_earlier):
    sign_off(days_ago=days_ago, months_earlier=months_earlier)
    assert erase_expired() == 0
    assert kept() == (SAID, {"said": SAID})
    assert not AuditEvent.objects.filter(action=ERASED).exists()


def test_ninety_days_after_the_sign_off_it_goes_from_the_attempt_and_from_the_books(erased):
    sign_off(days_ago=90.1)
    before = CostLine.objects.values().get()
    assert erase_expired() == 1
    assert kept() == ([], {})
    assert CostLine.objects.values().get() == {**before, "evidence": {}}
    told = AuditEvent.objects.get(action=ERASED)
    assert (told.workspace_id, told.after) == (erased.workspace_id, {"evidence": 1, "days": 30})
    assert violations() == []
    assert erase_expired() == 0


def test_what_a_workspace_keeps_keeps_its_evidence(erased):
    sign_off(days_ago=90.1)
    Edit.objects.update(erased_at=None, finished_at=timezone.now())
    assert erase_expired() == 0
    assert kept() == (SAID, {"said": SAID})
    Edit.objects.update(erased_at=timezone.now())
    Workspace.objects.update(retention_days=None)
    assert erase_expired() == 0
    assert kept() == (SAID, {"said": SAID})
