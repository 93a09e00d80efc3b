"""Find the project an edit or upload goes to."""

from functools import lru_cache

from editor.domain import Actor
from editor.errors import InvalidInput
from editor.models import Project

DEFAULT_NAME = "From the API"


def project_for(*, actor: Actor, asked: str | None) -> str:
    """Give the id of the asked project, or of the workspace's default one; raises InvalidInput for a foreign one."""
    if asked is None:
        return _default_project(actor.workspace_id)
    if not Project.objects.filter(workspace_id=actor.workspace_id, id=asked).exists():
        raise InvalidInput("There is no such project in this workspace.", param="project")
    return asked


@lru_cache(maxsize=10_000)
def _default_project(workspace_id: str) -> str:
    project, _ = Project.objects.get_or_create(
        workspace_id=workspace_id, is_default=True, defaults={"name": DEFAULT_NAME}
    )
    return project.id
