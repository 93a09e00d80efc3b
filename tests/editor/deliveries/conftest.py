"""A receiver of Alice's, whom her workspace tells of everything."""

import pytest
from django.test import Client

from accounts.services.record_audit import By
from editor.models import Delivery, Edit, Endpoint
from editor.services.cancel_edit import cancel_edit
from editor.services.create_endpoint import create_endpoint
from editor.webhook_rules import SUBSCRIBABLE
from tests.editor.deliveries.receiver import Receiver, receiving
from tests.editor.rows import make_attempt, make_edit

ALL = [kind.value for kind in SUBSCRIBABLE]


@pytest.fixture
def open_loopback(settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)


@pytest.fixture
def receiver(open_loopback):
    with receiving() as found:
        yield found


@pytest.fixture
def endpoint(receiver: Receiver, credit) -> Endpoint:
    return create_endpoint(workspace_id=credit.workspace.id, by=By(), url=receiver.url, events=ALL)


@pytest.fixture
def ended(credit):
    """Ends an edit of Alice's: taken back before anything was sent."""

    def end(**columns) -> Edit:
        edit = make_edit(credit.workspace, held=True, **columns)
        make_attempt(edit)
        return cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id)

    return end


@pytest.fixture
def due():
    """Lets the time pass that a delivery waits."""

    def make_due(delivery: Delivery | None = None) -> Delivery:
        found = delivery or Delivery.objects.get()
        found.refresh_from_db()
        Delivery.objects.filter(id=found.id, due_at__isnull=False).update(due_at="2020-01-01T00:00Z")
        Endpoint.objects.update(resting_until=None)
        return found

    return make_due


@pytest.fixture
def api_of(credit):
    """Gives an edit as `GET /edits/{id}` does."""

    def read(edit: Edit):
        answer = Client().get(f"/api/v1/edits/{edit.id}", headers=credit.auth)
        assert answer.status_code == 200
        return answer.json()

    return read
