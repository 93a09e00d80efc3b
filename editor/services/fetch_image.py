"""A picture is named by an http(s) URL, or is itself in a data URI."""

import base64
import binascii
import io
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from editor.domain import Actor
from editor.egress import Refused, TooMuch, download_now
from editor.errors import InvalidInput
from editor.images.limits import UPLOAD_BYTES
from editor.images.staging import staging, too_large
from editor.models import Image
from editor.services.upload_image import upload_image

# The declared type is not asked: the bytes say what they are.
DATA_URI = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w.+-]+=[\w.+-]*)*;base64,", re.ASCII | re.IGNORECASE)
SECONDS = 30


def fetch_image(*, actor: Actor, source: str, param: str, project_id: str | None) -> Image:
    """Fetch or unpack a picture and keep it as an upload; `param` names the field, such as `images[0]`.

    Raises InvalidInput, TooLarge, InspectorDown; then nothing is kept. An address that is blocked reads like one that
    does not answer.
    """
    if source[:5].lower() == "data:":
        picture = io.BytesIO(_unpack(source, param))
        return upload_image(actor=actor, file=picture, filename="", project_id=project_id, param=param)
    if source[:7].lower() != "http://" and source[:8].lower() != "https://":
        raise _bad(param, "is neither an image id, an http(s) URL nor a data URI")
    with staging() as folder:
        path = folder / "download"
        _download(source, path, param)
        with path.open("rb") as file:
            return upload_image(actor=actor, file=file, filename=_label(source), project_id=project_id, param=param)


def _download(url: str, path: Path, param: str) -> None:
    try:
        download_now(url, to=path, max_bytes=UPLOAD_BYTES, seconds=SECONDS)
    except TooMuch:
        raise too_large(param) from None
    except Refused:
        problem = f"could not be fetched: the address is not allowed, or gave no picture within {SECONDS} s"
        raise _bad(param, problem) from None


def _unpack(source: str, param: str) -> bytes:
    head = DATA_URI.match(source)
    if head is None:
        raise _bad(param, "is not a data URI in base64 (data:image/png;base64,…)")
    if (len(source) - head.end()) * 3 // 4 - 2 > UPLOAD_BYTES:
        raise too_large(param)
    try:
        return base64.b64decode(source[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise _bad(param, "is a data URI whose base64 is broken") from None


def _label(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def _bad(param: str, problem: str) -> InvalidInput:
    return InvalidInput(f"{param} {problem}. Nothing was stored or charged.", param=param)
