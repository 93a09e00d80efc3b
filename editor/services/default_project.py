"""Find the project an edit or upload goes to."""

from functools import lru_cache

from editor.domain import Actor
from editor.models import Project
from editor.selectors.shelves import check_project

DEFAULT_NAME = "From the API"


def project_for(*, actor: Actor, asked: str | None) -> str:
    """Give the id of the asked project, or of the workspace's default one; raises InvalidInput for a foreign one."""
    if asked is None:
        return _default_project(actor.workspace_id)
    check_project(workspace_id=actor.workspace_id, project_id=asked)
    return asked


def _default_project(workspace_id: str) -> str:
    try:
        return _known(workspace_id)
    except Project.DoesNotExist:
        project, _ = Project.objects.get_or_create(
            workspace_id=workspace_id, is_default=True, defaults={"name": DEFAULT_NAME}
        )
        return project.id


@lru_cache(maxsize=10_000)
def _known(workspace_id: str) -> str:
    """Look it up, once in a process; one that was just made is not remembered, as its transaction may yet fail."""
    return Project.objects.values_list("id", flat=True).get(workspace_id=workspace_id, is_default=True)
