"""docker-compose.yml: every service says whether it works, by the signs that `up` itself goes by."""

import re
from typing import Any

import pytest
import yaml

from config.env import ROOT, read_env
from config.supervisor import DRAIN_SECONDS

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def in_seconds(duration: str) -> int:
    found = re.fullmatch(r"(\d+)s", duration)
    assert found
    return int(found[1])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_that_ends_is_started_again_and_one_that_stalls_is_unhealthy_within_two_minutes(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    retries = check.get("retries", 3)
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert retries * (in_seconds(check["interval"]) + in_seconds(check.get("timeout", "30s"))) <= 120
    assert in_seconds(check["start_period"]) >= 30


def test_the_parts_run_in_services_of_their_own_and_are_checked_by_what_they_do() -> None:
    assert SERVICES["web"]["command"] == "python manage.py up --only web --host 0.0.0.0"
    assert "/healthz" in SERVICES["web"]["healthcheck"]["test"][-1]
    assert SERVICES["worker"]["command"] == "python manage.py up --only workers"
    assert SERVICES["worker"]["healthcheck"]["test"] == ["CMD", "python", "manage.py", "alive"]


def test_what_is_required_without_debugging_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["worker"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:([-?])([^}]*)\}", lambda found: found[2], value))
    env = read_env()
    assert (env.debug, env.public_base_url, env.database_url.partition(":")[0]) == (
        False, "http://localhost:8000", "postgres",
    )  # fmt: skip


def test_a_stop_waits_until_the_supervisor_has_drained() -> None:
    for name in ("web", "worker"):
        assert in_seconds(SERVICES[name]["stop_grace_period"]) >= DRAIN_SECONDS + 5
