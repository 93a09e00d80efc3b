"""Settings, environment and migrations agree with each other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.house.files import python, text

READS_THE_ENVIRONMENT = {"config/env.py"}
NAMES_ITS_SETTINGS = {"manage.py", "config/wsgi.py", "config/settings_test.py", "config/scrub.py"}


def _read_names() -> set[str]:
    """Find every variable that `config/env.py` reads."""
    code = text(Path("config/env.py"))
    names = set(re.findall(r"(?:env\.\w+\(|_positive\(env,)\s*\"([A-Z0-9_]+)\"", code))
    suffixes = re.findall(r"f\"\{prefix\}(_[A-Z_]+)\"", code)
    return names | {name.upper() + suffix for name in settings.PROVIDERS for suffix in suffixes}


def test_the_example_environment_names_exactly_what_is_read() -> None:
    example = re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", text(Path(".env.example")), re.MULTILINE)
    assert sorted(example) == sorted(set(example))
    assert set(example) == _read_names()


def test_only_one_module_reads_the_environment() -> None:
    modules = [path for path in python() if path.parts[0] != "tests"]
    reading = {str(path) for path in modules if re.search(r"os\.environ|getenv", text(path))}
    assert reading - READS_THE_ENVIRONMENT - NAMES_ITS_SETTINGS == set()


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("url", ["https://pictures.example.com"])
def test_the_settings_for_the_open_internet_have_no_warning(url: str, tmp_path: Path) -> None:
    code, said = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", PUBLIC_BASE_URL=url)
    assert code == 0, said


def test_https_is_demanded_for_our_own_host_and_not_for_its_subdomains(tmp_path: Path) -> None:
    code, said = manage(tmp_path, "diffsettings")
    assert code == 0, said
    assert re.findall(r"SECURE_HSTS_\w+ = \w+", said) == ["SECURE_HSTS_SECONDS = 31536000"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_BASE_URL"])
def test_without_a_required_variable_nothing_starts_and_it_is_named(missing: str, tmp_path: Path) -> None:
    code, said = manage(tmp_path, "check", **{missing: ""})
    assert code != 0
    assert f"With DEBUG=0 these must be set: {missing}." in said


def manage(data_dir: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "0",
        "SECRET_KEY": "abcdefghij" * 8,
        "ALLOWED_HOSTS": "pictures.example.com",
        "PUBLIC_BASE_URL": "https://pictures.example.com",
        "PENTIMENTO_DATA_DIR": str(data_dir),
    }
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr
