"""Finished pictures as they are given out, and what the faults of the results make of them."""

from collections.abc import Mapping
from io import BytesIO

from aiohttp import web
from PIL import Image

from editor.simulator import answers
from editor.simulator.orders import INSIDE

HUGE = 200 * 10**6
STRIP = (3000, 1000)
GREY = "#8a8f98"

Faults = Mapping[str, Mapping[str, str]]


async def give(request: web.Request, picture: bytes, faults: Faults) -> web.StreamResponse:
    """Give a picture, needing no key as with the real ones; the faults are its job's."""
    if "dead_result_url" in faults:
        raise web.HTTPNotFound
    if "expired_result_url" in faults:
        raise web.HTTPForbidden
    if "redirected_result" in faults:
        raise web.HTTPFound(INSIDE)
    if "huge_result" in faults:
        return await answers.pour(request, answers.spaces(HUGE), content_type="image/jpeg", length=HUGE)
    if "drip_result" in faults:
        return await answers.drip(request, picture, "image/jpeg")
    return web.Response(body=picture, content_type="image/jpeg")


def spoil(picture: bytes, faults: Faults) -> bytes:
    """Give the bytes that stand for the picture instead of it, if a fault says so."""
    if "wrong_result" in faults:
        return b"this is not a picture"
    if "empty_result" in faults:
        return b""
    if (options := faults.get("speck_result")) is not None:
        side = int(options.get("side", "1"))
        return _saved(Image.new("RGB", (side, side), GREY))
    if "wrong_shape_result" in faults:
        return _saved(Image.new("RGB", STRIP, GREY))
    if "animated_result" in faults:
        frames = [Image.new("RGB", (512, 512), colour) for colour in ("teal", "maroon")]
        return _saved(frames[0], kind="WEBP", save_all=True, append_images=frames[1:])
    return picture


def _saved(picture: Image.Image, *, kind: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
