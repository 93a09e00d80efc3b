"""A zip that grows over several processes, and survives the death of any of them.

What a zip lists stands at its end and is written over by what is added. So at each checkpoint that end is kept beside
it; whoever comes next cuts the file back to the last checkpoint and puts the end on again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

BLOCK = 1 << 20
TAKEN_AT = (1980, 1, 1, 0, 0, 0)


class Archive:
    """A zip at a path, open for adding; everything since the last checkpoint is lost with its process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tail = path.with_suffix(".tail")
        self._zip = self._restored()

    @staticmethod
    def exists(path: Path) -> bool:
        """Tell whether there is something to go on from."""
        return path.exists() and path.with_suffix(".tail").exists()

    def add(self, name: str, content: IO[bytes]) -> None:
        """Add a file as it is; pictures do not shrink."""
        with self._entry(name, ZIP_STORED) as entry:
            while block := content.read(BLOCK):
                entry.write(block)

    def add_text(self, name: str, lines: Iterator[str]) -> None:
        """Add a text, written while it is made."""
        with self._entry(name, ZIP_DEFLATED) as entry:
            for line in lines:
                entry.write(line.encode())

    def names(self) -> set[str]:
        """List what is in it."""
        return set(self._zip.namelist())

    def checkpoint(self) -> None:
        """Make everything so far last, whatever dies after."""
        self._zip.close()
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
            file.seek(self._zip.start_dir)
            tail = self._zip.start_dir.to_bytes(8, "big") + file.read()
        spare = self._tail.with_suffix(".spare")
        spare.write_bytes(tail)
        spare.replace(self._tail)
        self._zip = ZipFile(self.path, "a")

    def close(self) -> None:
        """Finish the zip."""
        self.checkpoint()
        self._zip.close()
        self._tail.unlink()

    def _restored(self) -> ZipFile:
        """Cut the file back to the last checkpoint; without one begin anew."""
        if self.exists(self.path):
            kept = self._tail.read_bytes()
            with self.path.open("r+b") as file:
                file.seek(int.from_bytes(kept[:8], "big"))
                file.write(kept[8:])
                file.truncate()
            return ZipFile(self.path, "a")
        return ZipFile(self.path, "w")

    @contextmanager
    def _entry(self, name: str, compression: int) -> Iterator[IO[bytes]]:
        info = ZipInfo(name, TAKEN_AT)
        info.compress_type, info.external_attr = compression, 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as entry:
            yield entry
