"""Schemathesis asks the real server whatever the OpenAPI document allows and forbids, and finds nothing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import ROOT, child_env
from tests.live.conftest import Live

pytestmark = pytest.mark.xdist_group("live")
PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")


def explore(live: Live, folder: Path, *, examples: int, seed: int) -> int:
    """Have all phases and checks run, and give the number of cases; what was found is the failure's message."""
    hooks = {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.live.hooks", "LIVE_IDS": json.dumps(live.ids)}
    run = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{live.url}/api/v1/openapi.json",
         "--header", f"Authorization: Bearer {live.tenants[0].key}", "--phases", ",".join(PHASES).lower(),
         "--checks", "all", "--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none",
         "--continue-on-failure", "--no-shrink", "--no-color"],
        cwd=folder, env=child_env(hooks), capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    said = run.stdout + run.stderr
    assert run.returncode == 0, said[-20_000:]
    assert [phase for phase in PHASES if not re.search(rf"✅ {phase}", said)] == []
    found = re.search(r"(\d+) generated, \1 passed", said)
    assert found is not None, said[-5000:]
    return int(found[1])


def test_no_request_of_any_phase_finds_a_fault(live: Live, tmp_path: Path, record_testsuite_property) -> None:
    cases = explore(live, tmp_path, examples=5, seed=1)
    record_testsuite_property("cases", cases)
    assert cases > 500


@pytest.mark.proof
@pytest.mark.parametrize("seed", [4, 1_004])
def test_nor_do_thousands(live: Live, tmp_path: Path, record_testsuite_property, seed: int) -> None:
    cases = explore(live, tmp_path, examples=450, seed=seed)
    record_testsuite_property(f"cases of seed {seed}", cases)
    assert cases >= 5_000
