"""Pictures' files and rows, kept together: each file under its SHA-256 in the workspace's folder, stored once."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from editor.images.links import Variant
from editor.images.staging import Staged
from editor.models import Image, Project

LOCK = """
    SELECT pg_advisory_xact_lock(key)
    FROM (SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(%s::text[]) AS name ORDER BY key) AS keys
"""


class Movable(File):  # type: ignore[type-arg]
    """A staged file as Django's file storage moves it into place: whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(path.open("rb"), name=path.name)

    def temporary_file_path(self) -> str:
        """Give where it is, as Django asks: a storage on the same disk then moves it."""
        return str(self._path)


def keep(image: Image, files: Sequence[Staged]) -> Image:
    """Store the files, then insert the row; raises what the database raises, and then no file is left for nothing.

    Nothing is waited for inside the transaction. Its lock, on the files' names, keeps somebody else's clean-up from
    deciding that a file is nobody's between our look at it and our row.
    """
    names = {_name(image.workspace_id, file.sha256): file for file in files}
    made = [name for name, file in names.items() if _put(name, file)]
    try:
        with transaction.atomic(durable=True):
            _lock(names)
            image.save(force_insert=True)
            Project.objects.filter(id=image.project_id).update(touched_at=timezone.now())
    except BaseException:
        _take_back(image.workspace_id, made)
        raise
    for name, file in names.items():
        _put(name, file)  # a clean-up that came before our row may have taken it
    return image


def discard(image: Image) -> None:
    """Take back an image that was stored for nothing, with those of its files that are nobody else's.

    An image that was used meanwhile stays.
    """
    with suppress(ProtectedError):
        image.delete()
        files = {image.sha256, image.rendition_sha256, image.thumbnail_sha256}
        _take_back(image.workspace_id, [_name(image.workspace_id, sha256) for sha256 in files])


def open_file(image: Image, variant: Variant) -> "File[bytes]":
    """Open a variant's file; raises FileNotFoundError."""
    sha256, _ = stored_as(image, variant)
    return default_storage.open(_name(image.workspace_id, sha256))


def stored_as(image: Image, variant: Variant) -> tuple[str, str]:
    """Give the hash a variant is stored under, and its content type."""
    match variant:
        case "original":
            return image.sha256, image.content_type
        case "rendition":
            return image.rendition_sha256, image.rendition_type
        case "thumbnail":
            return image.thumbnail_sha256, "image/webp"


def _name(workspace_id: str, sha256: str) -> str:
    return f"{workspace_id}/{sha256[:2]}/{sha256}"


def _put(name: str, file: Staged) -> bool:
    """Store a file unless its bytes are there; tell whether it was stored. The staged file stays where it is."""
    if default_storage.exists(name):
        return False
    spare = file.path.with_name(f"{file.sha256}.put")
    spare.unlink(missing_ok=True)
    os.link(file.path, spare)
    with Movable(spare) as content:
        default_storage.save(name, content)
    return True


def _take_back(workspace_id: str, names: Iterable[str]) -> None:
    """Delete those of the files that no picture refers to."""
    names = list(names)
    if not names:
        return
    with transaction.atomic():
        _lock(names)
        for name in names:
            sha256 = name.rsplit("/", 1)[-1]
            used = Q(sha256=sha256) | Q(rendition_sha256=sha256) | Q(thumbnail_sha256=sha256)
            if not Image.objects.filter(used, workspace_id=workspace_id).exists():
                default_storage.delete(name)


def _lock(names: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(names)])
