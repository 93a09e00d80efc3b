"""`manage.py give_credit`, as an operator types it where nobody can pay."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from billing.ledger import balance
from billing.models import Lot, Transfer
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def give(alice):
    """Give alice's workspace credit, as sam of the staff."""
    make_user("sam", is_staff=True)

    def type_it(usd: str = "25", *more: str, workspace: str = alice.workspace.id, by: str = "sam@example.com") -> str:
        said = StringIO()
        call_command("give_credit", workspace, usd, "--by", by, *(more or ("--reason", "a pilot")), stdout=said)
        return said.getvalue()

    return type_it


def test_staff_give_credit_to_a_workspace_that_is_there_already(give, alice):
    assert give() == f"{alice.workspace.id} has $25.00 more.\n"
    assert give("0.5") == f"{alice.workspace.id} has $0.50 more.\n"
    assert balance(alice.workspace.id).available == 25_500_000
    assert set(Transfer.objects.values_list("kind", "memo")) == {("grant", "a pilot")}
    event = AuditEvent.objects.filter(action="credit.given").latest("id")
    assert (event.workspace_id, event.actor_name, event.note) == (alice.workspace.id, "sam@example.com", "a pilot")


def test_it_may_end_with_a_day(give):
    assert give("25", "--reason", "a pilot", "--until", "2999-12-31").endswith("until the end of 2999-12-31.\n")
    assert Lot.objects.get().expires_at == datetime(3000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"usd": "0"}, "more than nothing"),
        ({"usd": "1e9"}, "not an amount of dollars"),
        ({"workspace": "wsp_nowhere"}, "no such workspace"),
        ({"by": "alice@example.com"}, "nobody on the staff"),
    ],
)
def test_what_cannot_be_given_is_refused(give, changes, says):
    with pytest.raises(CommandError, match=says):
        give(**changes)
    assert not Lot.objects.exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--reason", " "), "Say why"),
        (("--reason", "x" * 201), "Say why"),
        (("--reason", "a pilot", "--until", "2020-01-01"), "later than now"),
        (("--reason", "a pilot", "--until", "soon"), "Nothing was given"),
    ],
)
def test_it_wants_a_reason_and_an_end_to_come(give, more, says):
    with pytest.raises(CommandError, match=says):
        give("25", *more)
    assert not Lot.objects.exists()
