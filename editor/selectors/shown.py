"""Read the version on show with all that led to it: a handful of queries, however deep the history is."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from editor.domain import EditStatus
from editor.errors import NotFound
from editor.models import Attempt, Edit, EditInput, Image, Output

SAMPLE = 15  # finished edits from which the usual time is taken


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, or an edit that has none (yet): then `image` is None.

    `edit` made the picture; `inputs` are its references in order, the first of them the `parent` to compare with;
    `outputs` all pictures it made.
    """

    id: str
    image: Image | None = None
    edit: Edit | None = None
    late: bool = False
    inputs: list[Image] = field(default_factory=list)
    outputs: list[Image] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def parent(self) -> Image | None:
        """The picture it started from."""
        return self.inputs[0] if self.inputs else None

    @property
    def base(self) -> Image | None:
        """The picture the composer starts from when this is on show."""
        return self.image or self.parent

    @property
    def in_progress(self) -> bool:
        """Tell whether it is still being worked on."""
        return self.edit is not None and not EditStatus(self.edit.status).is_final

    @property
    def undelivered(self) -> int:
        """Count the pictures that were asked for and did not come."""
        return self.edit.n - len(self.outputs) if self.edit and not self.in_progress else 0

    @property
    def seconds(self) -> int:
        """Count the seconds it took, or has taken so far."""
        if self.edit is None:
            return 0
        until: datetime = self.edit.finished_at or timezone.now()
        return max(0, round((until - self.edit.created_at).total_seconds()))


def read_shown(*, workspace_id: str, project_id: str, shown_id: str) -> Shown:
    """Read a picture of the project, or one of its edits; raises NotFound, alike for missing and foreign ones."""
    if shown_id.startswith("edt_"):
        return _edit(workspace_id, project_id, shown_id)
    image = (
        Image.objects.select_related("output__edit", "created_by")
        .filter(workspace_id=workspace_id, project_id=project_id, id=shown_id)
        .first()
    )
    if image is None:
        raise NotFound("There is no such picture.")
    output: Output | None = getattr(image, "output", None)
    if output is None or output.edit.is_test:  # a test is no part of the history
        return Shown(id=image.id, image=image)
    return _with_edit(output.edit, image, late=output.late)


def read_latest(*, workspace_id: str, project_id: str) -> Shown | None:
    """Read the newest picture of a project, or its newest edit before the first picture; None when it is empty."""
    here = {"workspace_id": workspace_id, "project_id": project_id}
    found = next((row for model in (Image, Edit) if (row := _newest(model, here))), None)
    return read_shown(workspace_id=workspace_id, project_id=project_id, shown_id=found[0]) if found else None


def usual_seconds(*, workspace_id: str) -> int | None:
    """Give the median time of the workspace's latest successful edits; None before the first."""
    rows = (
        Edit.objects.filter(workspace_id=workspace_id, is_test=False, status=EditStatus.SUCCEEDED)
        .order_by("-id")
        .values_list("created_at", "finished_at")[:SAMPLE]
    )
    took = sorted((end - start).total_seconds() for start, end in rows if end)
    return max(1, round(took[len(took) // 2])) if took else None


def _newest(model: type[Image] | type[Edit], here: dict[str, str]) -> tuple[str] | None:
    facts = {**here, "is_test": False} if model is Edit else here
    return model.objects.filter(**facts).order_by("-id").values_list("id").first()


def _edit(workspace_id: str, project_id: str, edit_id: str) -> Shown:
    edit = Edit.objects.filter(workspace_id=workspace_id, project_id=project_id, is_test=False, id=edit_id).first()
    if edit is None:
        raise NotFound("There is no such edit.")
    return _with_edit(edit, None)


def _with_edit(edit: Edit, image: Image | None, *, late: bool = False) -> Shown:
    outputs = list(Image.objects.filter(output__edit=edit).order_by("output__attempt__part", "output__position"))
    if image is None and outputs and EditStatus(edit.status).is_final:
        image = outputs[0]
    inputs = EditInput.objects.filter(edit=edit).select_related("image").order_by("position")
    return Shown(
        id=image.id if image else edit.id,
        image=image,
        edit=edit,
        late=late,
        inputs=[row.image for row in inputs],
        outputs=outputs,
        attempts=list(Attempt.objects.filter(edit=edit).order_by("part", "created_at")),
    )
