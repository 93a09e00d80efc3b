"""Why was I charged? Every way an edit ends is explained, by the ledger's own rows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import facade
from billing.ledger import expire_hold, refund
from billing.models import Hold
from editor.attempts import AttemptState
from editor.models import Attempt, Edit, Output
from editor.services.finish_edit import finish_edit
from tests.conftest import Person
from tests.editor.rows import COST, PRICE, make_attempt, make_edit, make_image

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def text_of(person: Person, edit: Edit) -> str:
    client = Client()
    client.force_login(person.user)
    answer = client.get(reverse("why", args=[edit.project_id, edit.id]))
    assert answer.status_code == 200
    body = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'")


def ended(edit: Edit, state: AttemptState, pictures: int = 0, **columns: Any) -> Attempt:
    attempt = make_attempt(edit, state, **{"started_at": NOW, "finished_at": NOW, "due_at": None, **columns})
    arrive(edit, attempt, pictures)
    return attempt


def arrive(edit: Edit, attempt: Attempt, pictures: int, *, late: bool = False) -> None:
    for position in range(1, pictures + 1):
        image = make_image(edit.workspace, is_output=True, project=edit.project, sha256=f"{position}" * 64)
        Output.objects.create(edit=edit, attempt=attempt, image=image, position=position, late=late)


def finish(edit: Edit) -> None:
    with transaction.atomic():
        assert finish_edit(Edit.objects.select_for_update().get(id=edit.id))
    edit.refresh_from_db()


def test_what_arrived_was_charged_and_the_proof_stands_beside_it(credit):
    edit = make_edit(credit.workspace, n=2, held=True)
    ended(edit, AttemptState.DELIVERED, 2, ticket="job-17")
    finish(edit)
    said = text_of(credit, edit)
    assert "$0.095 All 2 pictures arrived, so they were charged." in said
    assert "At most $0.095 : 2 pictures at $0.0475, the dearest provider that could do it." in said
    assert re.search(r"shortapi made 2 pictures 2 × \$0.0475 = \$0.095 asked .* its job job-17", said)
    assert "Picture 2: 800 × 600, 1000 bytes, stored" in said
    assert "1" * 64 in said
    assert re.search(r"Set aside while it ran \$0.095 .* Of it charged, for the pictures that arrived \$0.095", said)
    assert "So $0.095 was charged in the end." in said
    assert f"{COST / 10**6:g}" not in said


def test_of_a_part_only_what_arrived_was_charged_and_the_rest_given_back(credit):
    edit = make_edit(credit.workspace, n=3, held=True)
    ended(edit, AttemptState.REJECTED, n=3)
    ended(edit, AttemptState.DELIVERED, 2, n=3)
    finish(edit)
    said = text_of(credit, edit)
    assert edit.status == "partial"
    assert "$0.095 2 of 3 pictures arrived in time, and only those were charged." in said
    assert "shortapi refused the job, so nothing was made $0.00" in said
    assert "shortapi made 2 pictures of 3" in said
    assert "Of it given back, for it was not needed $0.0475" in said


def test_where_no_picture_came_nothing_was_charged_and_it_says_why(credit):
    edit = make_edit(credit.workspace, held=True)
    ended(edit, AttemptState.NOT_SENT)
    ended(edit, AttemptState.LOST, error_code="deadline_exceeded", error_message="It took too long")
    finish(edit)
    said = text_of(credit, edit)
    assert "$0.00 No picture arrived in time, so nothing was charged. All that was set aside was given back." in said
    assert "The reason: It took too long." in said
    assert "shortapi could not be reached, so nothing was sent" in said
    assert "shortapi did not tell in time how it ended" in said
    assert "All of it given back $0.0475" in said
    assert "So nothing was charged in the end." in said


def test_a_canceled_edit_says_that_it_was_taken_back(credit):
    edit = make_edit(credit.workspace, held=True, cancel_asked=True)
    ended(edit, AttemptState.CANCELED, started_at=None)
    finish(edit)
    said = text_of(credit, edit)
    assert "shortapi was not asked: the edit had been taken back" in said
    assert "nothing was sent" in said
    assert "No picture arrived in time, so nothing was charged." in said


def test_a_late_picture_is_free(credit):
    edit = make_edit(credit.workspace, held=True)
    attempt = ended(edit, AttemptState.LOST)
    finish(edit)
    arrive(edit, attempt, 1, late=True)
    said = text_of(credit, edit)
    assert "1 picture came after the end. It is kept, and free." in said
    assert "late, free" in said
    assert "So nothing was charged in the end." in said


def test_a_refund_is_told_with_its_reason_and_taken_off_the_sum(credit):
    edit = make_edit(credit.workspace, n=2, held=True)
    ended(edit, AttemptState.DELIVERED, 2)
    finish(edit)
    refund(reference=edit.id, amount=PRICE, key="one", memo="One of them was blurred")
    said = text_of(credit, edit)
    assert "Refunded to your credit: “One of them was blurred” +$0.0475" in said
    assert "That was $0.095; the rest was given back since." in said
    assert "So $0.0475 was charged in the end." in said


def test_pictures_that_came_when_the_hold_had_run_out_were_free(credit):
    edit = make_edit(credit.workspace, held=True)
    Hold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_hold(reference=edit.id)
    ended(edit, AttemptState.DELIVERED, 1)
    finish(edit)
    said = text_of(credit, edit)
    assert "$0.00 1 picture arrived after what had been set aside was given back, so nothing was charged." in said
    assert "All of it given back by itself, when its time was over $0.0475" in said


def test_while_it_runs_it_says_what_is_set_aside(credit):
    edit = make_edit(credit.workspace, held=True, quoted_at=NOW)
    make_attempt(edit, AttemptState.ACCEPTED, started_at=NOW)
    said = text_of(credit, edit)
    assert "Up to $0.0475 It is still running." in said
    assert "and kept when you sent it." in said
    assert "shortapi took the job and works on it" in said
    assert "$0.0475 is set aside now; nothing is charged yet." in said


def test_the_sum_of_the_story_is_what_the_edit_was_charged(credit):
    edit = make_edit(credit.workspace, n=3, held=True)
    ended(edit, AttemptState.DELIVERED, 2, n=3)
    finish(edit)
    told = facade.story(workspace_id=credit.workspace.id, reference=edit.id)
    assert [(line.kind, line.amount) for line in told.lines] == [
        ("held", -3 * PRICE), ("capture", -2 * PRICE), ("rest", PRICE),
    ]  # fmt: skip
    assert (told.charged, told.on_hold) == (edit.charged, 0)


def test_it_is_the_workspaces_own_and_nobody_elses(credit, mallory):
    edit = make_edit(credit.workspace, held=True)
    assert facade.story(workspace_id=mallory.workspace.id, reference=edit.id) == facade.Story()
    test = make_edit(credit.workspace, is_test=True)
    client = Client()
    client.force_login(credit.user)
    assert client.get(reverse("why", args=[test.project_id, test.id])).status_code == 404
    assert client.get(reverse("why", args=[edit.project_id, "edt_missing"])).status_code == 404
    client.force_login(mallory.user)
    assert client.get(reverse("why", args=[edit.project_id, edit.id])).status_code == 404


def test_the_drawer_links_to_it_and_it_takes_as_many_queries_however_many_attempts(
    credit, django_assert_max_num_queries
):
    edit = make_edit(credit.workspace, n=6, held=True)
    for part in range(1, 7):
        ended(edit, AttemptState.DELIVERED, 1, n=1, part=part)
    finish(edit)
    client = Client()
    client.force_login(credit.user)
    address = reverse("why", args=[edit.project_id, edit.id])
    assert (
        f'href="{address}"' in client.get(reverse("project_version", args=[edit.project_id, edit.id])).content.decode()
    )
    with django_assert_max_num_queries(13):
        client.get(address)
