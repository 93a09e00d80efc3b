"""A picture's file as an HTTP answer, the same for pages and API: nothing in it can act in a browser."""

import logging
from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from editor.images.labels import download_name
from editor.images.links import Variant
from editor.images.store import open_file, stored_as
from editor.models import Image

LOG = logging.getLogger(__name__)
INERT = "sandbox; default-src 'none'"


def picture_response(request: HttpRequest, image: Image, variant: Variant, *, cache_control: str) -> HttpResponseBase:
    """Answer GET or HEAD with a variant's bytes; an original always as an attachment. 404 when its file is gone."""
    sha256, content_type = stored_as(image, variant)
    etag = f'"{sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None or response.status_code != HTTPStatus.NOT_MODIFIED:
        response = _file(image, variant, content_type)
    response["ETag"] = etag
    response["Cache-Control"] = cache_control
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _file(image: Image, variant: Variant, content_type: str) -> FileResponse:
    try:
        file = open_file(image, variant)
    except FileNotFoundError:
        LOG.exception("a picture's file is gone", extra={"image": image.id, "variant": variant})
        raise Http404 from None
    response = FileResponse(file, content_type=content_type)
    response["Content-Length"] = str(file.size)
    name = download_name(image.filename, image_id=image.id, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(variant == "original", name) or "attachment"
    return response
