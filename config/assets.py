"""Collect the static files, when any of them has changed since."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static() -> None:
    """Copy, hash and compress the static files into the data folder; nothing when they are there already."""
    collected = Path(settings.STATIC_ROOT) / "collected.sha256"
    found = _fingerprint()
    if collected.exists() and collected.read_text() == found:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    collected.write_text(found)


def _fingerprint() -> str:
    """Hash the names, sizes and times of all static files, and what is done to them."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_URL)).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda item: item[0]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
