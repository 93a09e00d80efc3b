"""The tail is counted: no file grows past what a person reads in one sitting."""

from pathlib import Path
from statistics import median

from tests.house.files import lines, python, tracked

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "service", "misc"}


def _longer_than(limit: int, paths: list[Path]) -> dict[str, int]:
    return {str(path): lines(path) for path in paths if lines(path) > limit}


def test_no_module_is_longer_than_300_lines_and_half_of_them_have_80_at_most() -> None:
    modules = [path for path in python() if path.parts[0] != "tests"]
    assert _longer_than(300, modules) == {}
    assert median(lines(path) for path in modules) <= 80


def test_no_test_file_is_longer_than_400_lines() -> None:
    assert _longer_than(400, [path for path in python() if path.parts[0] == "tests"]) == {}


def test_no_provider_is_longer_than_150_lines() -> None:
    assert _longer_than(150, [path for path in python() if path.parts[:2] == ("editor", "providers")]) == {}


def test_no_template_style_or_script_is_longer_than_300_lines() -> None:
    assert _longer_than(300, [path for path in tracked() if path.suffix in (".html", ".css", ".js")]) == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [str(path) for path in python() if {path.stem, *path.parent.parts} & FORBIDDEN_NAMES] == []
