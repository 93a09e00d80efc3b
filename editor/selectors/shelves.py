"""Projects and images, looked up from the workspace."""

from django.db.models import QuerySet

from editor.errors import InvalidInput, NotFound
from editor.models import Image, Project


def image_of(*, workspace_id: str, image_id: str) -> Image:
    """Find an image of the workspace; raises NotFound for a missing or foreign id."""
    image = Image.objects.filter(workspace_id=workspace_id, id=image_id).first()
    if image is None:
        raise NotFound("There is no such image in this workspace.")
    return image


def projects_of(workspace_id: str) -> QuerySet[Project]:
    """Find a workspace's projects."""
    return Project.objects.filter(workspace_id=workspace_id)


def check_project(*, workspace_id: str, project_id: str | None) -> None:
    """Raise InvalidInput for a project that is not the workspace's; a foreign one reads like a missing one."""
    if project_id is None:
        return
    # PostgreSQL would choke on a NUL.
    if not project_id.isidentifier() or not projects_of(workspace_id).filter(id=project_id).exists():
        raise InvalidInput("project names no project of this workspace. Nothing was kept or charged.", param="project")
