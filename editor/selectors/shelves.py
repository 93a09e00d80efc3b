"""Projects and images, looked up from the workspace."""

from django.db.models import QuerySet

from editor.errors import NotFound
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
