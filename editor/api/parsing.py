"""How request bodies are read: JSON or one picture, each only up to its limit."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from editor.errors import InvalidInput, TooLarge
from editor.images.receiving import CappedUpload

FILE = "file"
ENVELOPE_BYTES = 64 * 1024  # what a multipart body may hold besides its picture


class LengthRequired(APIException):
    """The body came in chunks, so that its limit could not be held."""

    status_code = 411
    default_code = "length_required"
    default_detail = "Send the body with a Content-Length, not in chunks."


class JsonBody(BaseParser):
    """Parse JSON; the door has checked the length."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body; raises ParseError for what is not JSON."""
        try:
            return json.loads(stream.read().decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not JSON in UTF-8.") from error


class PictureBody(MultiPartParser):
    """Parse a multipart form with one picture, written to a temporary file as it comes."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the form; when it raises, no file is left."""
        request = (parser_context or {})["request"]._request  # noqa: SLF001 (DRF has no other way to the handlers)
        handler = _OnePicture(request)
        request.upload_handlers = [handler]
        try:
            return super().parse(stream, media_type, parser_context)
        except BaseException:
            handler.throw_away()
            raise


class _OnePicture(CappedUpload):
    """Take one file in the field `file`."""

    taken = False

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name != FILE:
            raise unknown_field(field_name)
        if self.taken:
            raise InvalidInput("file takes one picture; several given. Nothing was kept or charged.", param=FILE)
        self.taken = True
        super().new_file(field_name, *args, **kwargs)

    def throw_away(self) -> None:
        if self.taken:
            self.file.close()


def unknown_field(name: str) -> InvalidInput:
    """Refuse a field of a form."""
    return InvalidInput(f"{name[:40]} is not a field here. Nothing was kept or charged.", param=name[:40])


def check_length(meta: Mapping[str, str], limit: int) -> None:
    """Refuse a body over the limit before a byte of it is read, and one that does not say how long it is."""
    length = meta.get("CONTENT_LENGTH") or ""
    if not length and meta.get("HTTP_TRANSFER_ENCODING"):
        raise LengthRequired
    if length.isdecimal() and int(length) > limit:
        raise TooLarge(over(limit))


def over(limit: int) -> str:
    """Say that something is over a limit in bytes."""
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 2**10} KiB"
    return f"The body is over the limit of {size} here. Nothing was kept or charged."


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
