"""Images: stored pictures, immutable, known by their SHA-256."""

from django.db import models

from accounts.ids import MAX_LENGTH, id_default
from accounts.models import User, Workspace
from editor.models.project import Project


class Image(models.Model):
    """A stored picture, an upload or an output.

    Three files belong to it, each stored under its own SHA-256 (hex) in the workspace's folder: the original as it
    came, the clean rendition (oriented, no metadata, sRGB, within every provider's limits) that is shown and sent to
    providers, and a WebP thumbnail. `width` and `height` are the oriented original's, in pixels.
    """

    id = models.CharField(primary_key=True, max_length=MAX_LENGTH, default=id_default("img"), editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="images")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="images")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    filename = models.CharField(max_length=200, blank=True, help_text="a label from the uploader; never a path")
    is_output = models.BooleanField(default=False)
    starred = models.BooleanField(default=False)

    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    rendition_sha256 = models.CharField(max_length=64)
    rendition_type = models.CharField(max_length=40)
    rendition_width = models.PositiveIntegerField()
    rendition_height = models.PositiveIntegerField()
    thumbnail_sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="image_of_project")]

    def __str__(self) -> str:
        return self.id
