"""The files of the repository, as git sees them; new ones that are not ignored count too."""

import subprocess
from functools import cache
from pathlib import Path

from config.env import ROOT


@cache
def tracked() -> tuple[Path, ...]:
    """Give every file, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = [Path(name) for name in listed.split("\0") if name]
    return tuple(path for path in paths if (ROOT / path).is_file())


def python() -> tuple[Path, ...]:
    """Give our Python modules that say something, without migrations."""
    return tuple(path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts and lines(path))


def lines(path: Path) -> int:
    """Count the lines of a file."""
    return len(text(path).splitlines())


def text(path: Path) -> str:
    """Read a file; one that is no text reads as nothing."""
    try:
        return (ROOT / path).read_text()
    except UnicodeDecodeError:
        return ""
