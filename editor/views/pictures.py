"""Pictures by signed links, for pages, providers and API clients; originals of uploads for members only."""

from typing import get_args

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts import wall
from accounts.views.impersonation import impersonation_of, in_place
from editor.images.links import Variant, is_signed, seconds_left
from editor.images.responses import picture_response
from editor.models import Image


@in_place
@require_safe
def picture(request: HttpRequest, image_id: str, variant: Variant) -> HttpResponseBase:
    """Serve a variant of a picture; every refusal is the same 404.

    A link that has ended or was altered, somebody else's picture and one that is not there cannot be told apart.
    """
    if variant not in get_args(Variant):
        raise Http404
    expires, signature = request.GET.get("e", ""), request.GET.get("s", "")
    left = seconds_left(expires) if signature else 0
    if signature and not left:
        _ask_who(request)
        raise Http404
    wall.open_to_owner("image", image_id)
    if left:
        image = Image.objects.filter(id=image_id).first()
        if image and _opens(image, variant) and is_signed(image, variant, expires=expires, signature=signature):
            return picture_response(request, image, variant, cache_control=f"private, max-age={left}, immutable")
    image = _of_reader(request, image_id)
    if image is None:
        raise Http404
    return picture_response(request, image, variant, cache_control="private, no-cache")


def _opens(image: Image, variant: Variant) -> bool:
    """Tell whether a signature alone opens this: what a user uploaded leaves as it came to members only."""
    return variant != "original" or image.is_output


def _ask_who(request: HttpRequest) -> bool:
    """Tell whether somebody is signed in; asked for missing pictures too, or `Vary: Cookie` would tell them apart."""
    return request.user.is_authenticated


def _of_reader(request: HttpRequest, image_id: str) -> Image | None:
    """Find a picture of a workspace that its reader is a member of; who they are is asked for missing ones too."""
    if not _ask_who(request):
        return None
    image = Image.objects.filter(id=image_id, workspace__memberships__user=request.user.pk).first()
    staffed = impersonation_of(request)
    return None if image and staffed and staffed.workspace_id != image.workspace_id else image
