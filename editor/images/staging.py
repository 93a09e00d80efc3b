"""Where a picture's files wait, private to this process, until they are all made and checked."""

import functools
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from editor.errors import TooLarge
from editor.images.limits import MIB, UPLOAD_BYTES

BLOCK = 64 * 1024
ABANDONED_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Staged:
    """A complete file on disk: its path, its SHA-256 in hex and its length."""

    path: Path
    sha256: str
    bytes: int


@contextmanager
def staging() -> Iterator[Path]:
    """Lend a folder that is gone afterwards, on the same file system as the stored pictures."""
    with tempfile.TemporaryDirectory(dir=_shelf()) as folder:
        yield Path(folder)


def stage(chunks: Iterable[bytes], path: Path, *, param: str) -> Staged:
    """Write bytes to `path`, hashing as they come; raises TooLarge as soon as they are more than we take."""
    digest = hashlib.sha256()
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > UPLOAD_BYTES:
                raise too_large(param)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())  # so that a row never outlives its file when the power goes
    return Staged(path, digest.hexdigest(), size)


def measure(path: Path) -> Staged:
    """Hash a file that is already on disk, and see it safely there."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        os.fsync(file.fileno())
        return Staged(path, digest.hexdigest(), file.tell())


def too_large(param: str, size: int | None = None) -> TooLarge:
    """Make the error of a file over the limit; `size` in bytes when it is known."""
    said = f"{-(-size // MIB)} MiB" if size else f"more than {UPLOAD_BYTES // MIB} MiB"
    limit = f"the limit is {UPLOAD_BYTES // MIB} MiB"
    return TooLarge(f"{param} is {said}; {limit}. Nothing was stored or charged.", param=param)


@functools.cache
def _shelf() -> Path:
    """Make the folder that all wait in; once in a process, take away what killed processes left in it."""
    shelf: Path = settings.DATA_DIR / "staging"
    shelf.mkdir(parents=True, exist_ok=True)
    for left in shelf.iterdir():
        with suppress(FileNotFoundError):  # another process may tidy up at the same time
            if left.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
    return shelf
