"""What the repository may hold, and what must agree in it."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from config.env import ROOT
from tests.house.files import text, tracked

# Written so that this file does not name them itself.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
ROOMS = ("config", "accounts", "billing", "editor", "templates", "static", "tests", "docs")
TOP_LEVEL = {*ROOMS, "manage.py", "pyproject.toml", "docker-compose.yml", "Dockerfile", "Makefile", "README.md"}
TOP_LEVEL |= {"requirements.txt", "requirements-dev.txt", "LICENSE"}
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.IGNORECASE
)
MARKUP = (".html", ".svg")


def test_no_file_names_a_package_registry() -> None:
    found = [(str(path), host) for path in tracked() for host in REGISTRY_HOSTS if host in text(path)]
    assert found == []


def test_no_lock_file_that_records_one_is_kept() -> None:
    assert [str(path) for path in tracked() if path.name in ("uv.lock", "pylock.toml", "poetry.lock")] == []


def test_no_file_names_the_folder_it_happens_to_lie_in() -> None:
    assert len(ROOT.parts) < 3 or [str(path) for path in tracked() if str(ROOT) in text(path)] == []


def test_the_top_level_holds_what_the_design_names_and_files_that_tools_look_for() -> None:
    found = {path.parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_the_picture_of_the_house_names_every_room() -> None:
    picture = text(Path("docs/architecture.md"))
    assert [room for room in ROOMS if f"{room}/" not in picture] == []


def test_every_decision_is_one_numbered_page() -> None:
    pages = sorted(path.name for path in tracked() if path.parent == Path("docs/decisions"))
    assert [page[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    assert [page for page in pages if len(text(Path("docs/decisions") / page).splitlines()) > 60] == []


def test_templates_hold_no_inline_script_or_style() -> None:
    letter = Path("templates/letters/letter.html")  # whoever reads letters has no style sheet of ours
    pages = [path for path in tracked() if path.suffix in MARKUP and path.parts[0] == "templates" and path != letter]
    assert [(str(path), found.group()) for path in pages if (found := INLINE.search(text(path)))] == []


@pytest.mark.parametrize(("name", "groups"), [("requirements.txt", ()), ("requirements-dev.txt", ("dev",))])
def test_pinned_requirements_have_hashes_no_address_and_keep_to_the_ranges(name: str, groups: tuple[str, ...]) -> None:
    project = tomllib.loads(text(Path("pyproject.toml")))
    pinned_text = text(Path(name))
    assert "://" not in pinned_text
    assert "--index-url" not in pinned_text
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^#.*\n?", "", pinned_text).strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    pinned: dict[str, list[str]] = {}
    for entry in entries:
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", entry)
        assert match, entry.splitlines()[0]
        pinned.setdefault(_normal(match[1]), []).append(match[2])
    wanted = list(project["project"]["dependencies"])
    for group in groups:
        wanted += project["dependency-groups"][group]
    for requirement in map(Requirement, wanted):
        versions = pinned.get(_normal(requirement.name), [])
        assert versions, f"{requirement.name} is not pinned in {name}"
        assert [version for version in versions if not requirement.specifier.contains(version)] == []


def test_every_hook_before_a_commit_runs_a_tool_of_ours() -> None:
    config = yaml.safe_load(text(Path(".pre-commit-config.yaml")))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
