"""Edits as the API reads them: one statement an edit or a page, however much belongs to each."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from editor.attempts import AttemptState
from editor.errors import NotFound
from editor.models import Attempt, Edit, EditInput, Output

OUTPUT_FIELDS = {name: f"image__{name}" for name in ("id", "width", "height", "bytes", "content_type", "sha256")}
ATTEMPT_FIELDS = ("provider", "state", "error_code", "started_at", "finished_at")


@dataclass(frozen=True, slots=True)
class EditRecord:
    """An edit with what belongs to it: input ids in order, outputs and attempts as rows (see the field lists above)."""

    edit: Edit
    images: list[str]
    outputs: list[dict[str, Any]]
    attempts: list[dict[str, Any]]


def edit_record(*, workspace_id: str, edit_id: str) -> EditRecord:
    """Find an edit of the workspace; raises NotFound for a missing or foreign id."""
    found = _records(Edit.objects.filter(workspace_id=workspace_id, id=edit_id)).first()
    if found is None:
        raise NotFound("There is no such edit in this workspace.")
    return as_record(found)


def edit_records(*, workspace_id: str, project: str | None, status: str | None) -> QuerySet[Edit]:
    """Find a workspace's edits, perhaps of one project or status; each row goes through `as_record`."""
    edits = Edit.objects.filter(workspace_id=workspace_id)
    if project:
        edits = edits.filter(project_id=project)
    if status:
        edits = edits.filter(status=status)
    return _records(edits)


def as_record(row: Any) -> EditRecord:
    """Open a row of `edit_records`."""
    return EditRecord(row, row.image_ids, row.output_rows, row.attempt_rows)


def _records(edits: QuerySet[Edit]) -> QuerySet[Edit]:
    mine = {"edit": OuterRef("pk")}
    inputs = EditInput.objects.filter(**mine).order_by("position").values("image_id")
    outputs = Output.objects.filter(**mine).order_by("attempt_id", "position")
    # An intent is not listed: nothing was submitted yet.
    attempts = Attempt.objects.filter(**mine).exclude(state=AttemptState.INTENT).order_by("id")
    return edits.annotate(
        image_ids=ArraySubquery(inputs),
        output_rows=ArraySubquery(outputs.values(row=JSONObject(late=F("late"), **OUTPUT_FIELDS))),
        attempt_rows=ArraySubquery(attempts.values(row=JSONObject(**{name: F(name) for name in ATTEMPT_FIELDS}))),
    )
