"""Take pictures into a project: one for each request from our script, several from a bare form."""

from http import HTTPStatus

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from editor.errors import EditorError, TooLarge
from editor.images.errors import InspectorDown
from editor.images.links import signed_url
from editor.models import Image, Project
from editor.services.upload_image import upload_image
from editor.views.project import project_or_404
from editor.views.workspace import WorkspaceRequest, in_workspace

LATER = "It cannot be looked at just now. Nothing was stored or charged; try again in a minute."


@require_POST
@in_workspace(Action.EDIT)
def upload(request: WorkspaceRequest, project_id: str) -> HttpResponse:
    """Store what was sent as `file`; each file has its own answer, and one that is refused stops no other."""
    here = project_or_404(request, project_id)
    files = request.FILES.getlist("file")
    if request.accepts("text/html"):
        return _for_a_form(request, here, files)
    if len(files) != 1:
        return _error("Send one picture in the field `file`.", HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        image = _store(request, here, files[0])
    except TooLarge as error:
        return _error(error.message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except EditorError as error:
        return _error(error.message, HTTPStatus.UNPROCESSABLE_ENTITY)
    except InspectorDown:
        return _error(LATER, HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse(
        {
            "id": image.id,
            "url": reverse("project_version", args=[here.id, image.id]),
            "thumbnail": signed_url(image, "thumbnail"),
            "name": image.filename,
        },
        status=HTTPStatus.CREATED,
    )


def _for_a_form(request: WorkspaceRequest, here: Project, files: "list[UploadedFile[bytes]]") -> HttpResponse:
    last = None
    for file in files:
        try:
            last = _store(request, here, file)
        except EditorError as error:
            messages.error(request, f"{file.name}: {error.message}")
        except InspectorDown:
            messages.error(request, f"{file.name}: {LATER}")
    if not files:
        messages.error(request, "Choose a picture first; nothing was sent.")
    return redirect("project_version", here.id, last.id) if last else redirect("project", here.id)


def _store(request: WorkspaceRequest, here: Project, file: "UploadedFile[bytes]") -> Image:
    return upload_image(actor=request.actor, file=file, filename=file.name or "", project_id=here.id, param="It")


def _error(message: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": {"message": message}}, status=status)
