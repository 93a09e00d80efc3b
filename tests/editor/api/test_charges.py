"""Why an edit was charged, through the API."""

import pytest
from django.db import transaction
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Edit, Output
from editor.services.finish_edit import finish_edit
from tests.editor.api.doors import Api, refused
from tests.editor.rows import make_attempt, make_edit, make_image

pytestmark = pytest.mark.django_db


def test_a_charge_tells_quote_attempts_proof_and_ledger(api, alice, credit):
    edit, now = make_edit(alice.workspace, n=2, held=True), timezone.now()
    attempt = make_attempt(edit, AttemptState.DELIVERED, started_at=now, finished_at=now, due_at=None, ticket="job-17")
    image = make_image(alice.workspace, is_output=True, sha256="ab" * 32)
    Output.objects.create(edit=edit, attempt=attempt, image=image, position=1)
    with transaction.atomic():
        finish_edit(Edit.objects.select_for_update().get(id=edit.id))
    body = api.get(f"/edits/{edit.id}/charge").json()
    told = body.pop("attempts")
    ledger = [(line["kind"], line["amount"], line["memo"]) for line in body.pop("ledger")]
    assert ledger == [("held", "-0.095000", None), ("capture", "-0.047500", None), ("rest", "0.047500", None)]
    assert body == {
        "object": "charge",
        "edit": edit.id,
        "currency": "USD",
        "quoted": "0.095000",
        "quoted_at": edit.created_at.isoformat().replace("+00:00", "Z"),
        "on_hold": "0.000000",
        "charged": "0.047500",
        "why": "1 of 2 pictures arrived in time, and only those were charged.",
    }
    assert [(one["provider"], one["outcome"], one["job"], one["sum"]) for one in told] == [
        ("shortapi", "made 1 picture of 2", "job-17", "0.047500")
    ]
    assert [(proof["id"], proof["sha256"], proof["late"]) for proof in told[0]["pictures"]] == [
        (image.id, "ab" * 32, False)
    ]


def test_a_strangers_edit_reads_like_a_missing_one(alice, mallory, credit):
    edit = make_edit(alice.workspace, held=True)
    stranger = Api(mallory.key)
    assert refused(stranger.get(f"/edits/{edit.id}/charge"), 404, "not_found") == refused(
        stranger.get("/edits/edt_missing/charge"), 404, "not_found"
    )
