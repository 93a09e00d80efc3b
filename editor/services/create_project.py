"""Create a project."""

from editor.domain import Actor
from editor.models import Project
from editor.project_names import checked_name


def create_project(*, actor: Actor, name: str) -> Project:
    """Put up a new shelf in the actor's workspace; raises InvalidInput for a name that is not one."""
    return Project.objects.create(workspace_id=actor.workspace_id, created_by_id=actor.user_id, name=checked_name(name))
