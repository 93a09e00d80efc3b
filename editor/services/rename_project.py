"""Give a project another name."""

from editor.domain import Actor
from editor.errors import NotFound
from editor.models import Project
from editor.project_names import checked_name


def rename_project(*, actor: Actor, project_id: str, name: str) -> None:
    """Rename a project of the actor's workspace; raises InvalidInput for a bad name, NotFound for a foreign one."""
    checked = checked_name(name)
    if not Project.objects.filter(workspace_id=actor.workspace_id, id=project_id).update(name=checked):
        raise NotFound("There is no such project.")
