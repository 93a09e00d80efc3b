"""Signed, expiring addresses of pictures: whoever holds one sees the picture, without a login, until it ends."""

import time
from base64 import urlsafe_b64encode
from datetime import datetime
from math import ceil
from typing import Literal
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from editor.models import Image

Variant = Literal["original", "rendition", "thumbnail"]

# Ends are rounded up to whole buckets, so that a page made again gives the same address and browsers can cache.
BUCKET_SECONDS: dict[str, int] = {"original": 3600, "rendition": 3600, "thumbnail": 86_400}
SALT = "editor.images.links"


def signed_url(
    image: Image | tuple[str, str], variant: Variant, *, until: datetime | None = None, absolute: bool = False
) -> str:
    """Give the address of a picture's variant; `image` may be (id, workspace id), then nothing is queried.

    Without `until` it works for one to two hours, a thumbnail's for one to two days. A signed `original` opens
    outputs only: an upload as it came is for members, who need no signature.
    """
    image_id, workspace_id = (image.id, image.workspace_id) if isinstance(image, Image) else image
    expires = ceil(until.timestamp()) if until else _bucket_end(BUCKET_SECONDS[variant])
    signature = _signature(image_id, workspace_id, variant, expires)
    path = reverse("picture", args=[image_id, variant]) + "?" + urlencode({"e": expires, "s": signature})
    return settings.PUBLIC_BASE_URL + path if absolute else path


def is_signed(image: Image, variant: str, *, expires: str, signature: str) -> bool:
    """Tell whether this signature was made by us for exactly this picture, variant, workspace and end."""
    return constant_time_compare(signature, _signature(image.id, image.workspace_id, variant, int(expires)))


def seconds_left(expires: str) -> int:
    """Give how long a link with this end still works: 0 when it has ended or the end is no number."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= len("9999999999")):
        return 0
    return max(0, int(expires) - int(time.time()))


def _bucket_end(seconds: int) -> int:
    return (int(time.time()) // seconds + 2) * seconds


def _signature(image_id: str, workspace_id: str, variant: str, expires: int) -> str:
    words = "\n".join([image_id, workspace_id, variant, str(expires)])
    digest = salted_hmac(SALT, words, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
