"""The demo runs as for others: whatever the environment around it says, people see our pages, not Django's."""

import re
from pathlib import Path

import pytest

from config.demo.memory import Memory
from config.demo.stage import environment
from tests.house.test_settings import manage


def test_the_demo_never_debugs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "1")
    code, said = manage(tmp_path, "diffsettings", "--all", **environment(tmp_path, Memory(tmp_path / "demo.json")))
    assert code == 0, said
    assert re.findall(r"\bDEBUG = (\w+)", said) == ["False"]


def test_in_the_demo_budgets_and_alerts_send_their_letters_to_its_inbox(tmp_path: Path) -> None:
    code, said = manage(tmp_path, "diffsettings", "--all", **environment(tmp_path, Memory(tmp_path / "demo.json")))
    assert code == 0, said
    assert re.findall(r"\bSENDS_MAIL = (\w+)", said) == ["True"]
