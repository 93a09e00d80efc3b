"""Projects: named shelves of images and edits."""

from django.db import models
from django.db.models import Q

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace


class Project(models.Model):
    """A named shelf in a workspace. The default one takes what the API sends without naming a project."""

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("prj"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=80)
    is_default = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now_add=True, help_text="when something was last put on it")

    class Meta:
        indexes = [models.Index(fields=["workspace", "-touched_at"], name="project_latest")]
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=Q(is_default=True), name="project_one_default")
        ]

    def __str__(self) -> str:
        return self.name
