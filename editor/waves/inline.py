"""Pictures that came in a reply itself: written down before the row says that they came.

A row holds addresses, not megabytes. So each picture is synced to a file under the attempt's id, the row then names it
`inline:0`, `inline:1` … among its results, and whoever collects reads it there, after a crash too. A crash between the
two leaves the row as it was, which for a paid request means unknown, as if the answer had died with the process. The
providers' own addresses are http(s), so none can name a file. What nobody collected is gone after a day.
"""

import functools
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings

SCHEME = "inline:"
ABANDONED_SECONDS = 24 * 3600


class Gone(Exception):
    """A picture that was written down is no longer there."""


def keep(attempt_id: str, pictures: Sequence[bytes]) -> list[str]:
    """Write pictures down and give their names; raises OSError, and then none of them counts. Blocks."""
    if not pictures:
        return []
    folder = _shelf() / attempt_id
    folder.mkdir(exist_ok=True)
    for number, picture in enumerate(pictures):
        with (folder / str(number)).open("wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
    return [f"{SCHEME}{number}" for number in range(len(pictures))]


def find(attempt_id: str, result: str) -> Path | None:
    """Give the file of a result, None for an address; raises Gone."""
    if not result.startswith(SCHEME):
        return None
    path = _shelf() / attempt_id / result.removeprefix(SCHEME)
    if not path.is_file():
        raise Gone(result)
    return path


def forget(attempt_id: str, results: Sequence[str]) -> None:
    """Take away what was kept for an attempt, if anything was. Blocks."""
    if any(result.startswith(SCHEME) for result in results):
        shutil.rmtree(_shelf() / attempt_id, ignore_errors=True)


@functools.cache
def _shelf() -> Path:
    """Make the folder of folders; once in a process, take away what is long past its deadline."""
    shelf: Path = settings.DATA_DIR / "inline"
    shelf.mkdir(parents=True, exist_ok=True)
    for left in shelf.iterdir():
        with suppress(FileNotFoundError):  # another process may tidy up at the same time
            if left.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    return shelf
