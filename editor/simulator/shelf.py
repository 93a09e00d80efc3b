"""Where jobs and pictures are kept: a simulator killed with -9 still knows its jobs, as a real provider would."""

import json
import logging
import time
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from editor.simulator.orders import Job, JobState, Order, Refused

log = logging.getLogger(__name__)

PICTURE_SECONDS = 24 * 3600  # results of the real ones live about a day
JOB_SECONDS = 70 * PICTURE_SECONDS  # and their books longer than it takes to close a month


class Shelf:
    """A folder with a file for each job and each picture; without a folder, memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._pictures: dict[str, bytes] = {}
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def keep_job(self, provider: str, job: Job) -> None:
        """Write a job down as it is now, whole or not at all."""
        if self._folder:
            text = json.dumps({"provider": provider, **asdict(job)}, default=str)
            self._write(self._folder / f"{job.id}.json", text.encode())

    def keep_picture(self, name: str, picture: bytes) -> None:
        """Keep a picture under a name of ours."""
        if self._folder:
            self._write(self._folder / name, picture)
        else:
            self._pictures[name] = picture

    def picture(self, name: str) -> bytes | None:
        """Give a picture back, None when there is none."""
        if not self._folder:
            return self._pictures.get(name)
        path = self._folder / name
        return path.read_bytes() if path.is_file() else None

    def jobs(self) -> list[tuple[str, Job]]:
        """Give every job that was kept, with its provider; what is too old is thrown away first."""
        if not self._folder:
            return []
        for path in self._folder.iterdir():
            kept = JOB_SECONDS if path.suffix == ".json" else PICTURE_SECONDS
            if path.stat().st_mtime < time.time() - kept:
                path.unlink()
        return [job for path in sorted(self._folder.glob("*.json")) if (job := _read(path))]

    def clear(self) -> None:
        """Throw everything away."""
        self._pictures.clear()
        if self._folder:
            for path in self._folder.iterdir():
                path.unlink()

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)


def _read(path: Path) -> tuple[str, Job] | None:
    """Read a job; one that is damaged, or of another version's shape, is forgotten, and that is said."""
    try:
        return _job(json.loads(path.read_text()))
    except (ValueError, KeyError, TypeError):
        log.warning("a job that cannot be read is forgotten: %s", path.name)
        path.unlink()
        return None


def _job(row: dict[str, Any]) -> tuple[str, Job]:
    order = row["order"]
    size = order["size"] and tuple(order["size"])
    row["order"] = Order(**{**order, "images": tuple(order["images"]), "size": size})
    row["amount"] = Decimal(row["amount"])
    row["state"] = JobState(row["state"])
    row["why"] = Refused(row["why"])
    row["made_at"] = datetime.fromisoformat(row["made_at"])
    row["ended_at"] = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None
    return row.pop("provider"), Job(**row)
