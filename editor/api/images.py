"""Images: upload one, look at it, get its bytes back."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from editor.api import describe
from editor.api.door import Door
from editor.api.parsing import ENVELOPE_BYTES, FILE, PictureBody, unknown_field
from editor.api.shapes import image_json
from editor.errors import InvalidInput
from editor.images.limits import UPLOAD_BYTES
from editor.images.responses import picture_response
from editor.selectors.shelves import image_of
from editor.services.upload_image import upload_image

PROJECT = "project"


class Images(Door):
    """`/images`."""

    needs = {"post": Action.EDIT}
    parser_classes = [PictureBody]
    body_limit = UPLOAD_BYTES + ENVELOPE_BYTES

    @describe.upload_image
    def post(self, request: Request) -> Response:
        """Store a picture: JPEG, PNG, WebP, HEIC or AVIF, up to 25 MiB, in the form field `file`."""
        file, project = _form(request)
        image = upload_image(actor=self.actor, file=file, filename=file.name or "", project_id=project)
        answer = Response(image_json(image), status=201)
        answer["Location"] = f"/api/v1/images/{image.id}"
        return answer


class OneImage(Door):
    """`/images/{id}`."""

    needs = {"get": Action.VIEW}

    @describe.read_image
    def get(self, request: Request, image_id: str) -> Response:
        """Look at an image."""
        return Response(image_json(image_of(workspace_id=self.actor.workspace_id, image_id=image_id)))


class ImageContent(Door):
    """`/images/{id}/content`."""

    needs = {"get": Action.VIEW}

    @describe.read_content
    def get(self, request: Request, image_id: str) -> HttpResponseBase:
        """Get the original's bytes as they came, as an attachment: nobody has cleaned them."""
        image = image_of(workspace_id=self.actor.workspace_id, image_id=image_id)
        asked = request._request  # noqa: SLF001 (Django's own, for the header of what the caller has already)
        return picture_response(asked, image, "original", cache_control="private, max-age=31536000, immutable")


def _form(request: Request) -> tuple["UploadedFile[bytes]", str | None]:
    fields, file = request.POST, request.FILES.get(FILE)
    for name in fields:
        if name != PROJECT:
            raise unknown_field(name)
    if file is None:
        raise InvalidInput("file is required: the picture's bytes. Nothing was kept or charged.", param=FILE)
    return file, fields.get(PROJECT) or None
