"""Keep what a provider made for an edit, if it can be the picture that was asked for."""

from pathlib import Path

from editor.domain import RATIOS, Model
from editor.images.shape import Shape
from editor.images.store_output import store_output
from editor.models import Edit, Image

# SeedEdit takes the nearest size of a table that nobody publishes, so only Seedream's shape is known beforehand.
CHOOSES_ITS_SHAPE = frozenset({Model.SEEDEDIT_30})


def store_result(*, edit_id: str, path: Path) -> Image:
    """Store a result; the caller's file is left where it is, and two calls make two images.

    Raises BadPicture or TooLarge when it will never do, InspectorDown when it may do later; then nothing is kept.
    Blocks: call it in a thread, and not in a transaction.
    """
    edit = Edit.objects.only("workspace_id", "project_id", "created_by_id", "model", "ratio", "is_test").get(id=edit_id)
    return store_output(
        workspace_id=edit.workspace_id,
        project_id=None if edit.is_test else edit.project_id,  # on no shelf, so that no page shows it
        created_by_id=str(edit.created_by_id) if edit.created_by_id else None,
        path=path,
        shape=Shape(None if edit.model in CHOOSES_ITS_SHAPE else RATIOS[edit.ratio]),
    )
