"""Print what the crash suite measured, once for a run, from however many workers."""

from dataclasses import asdict

import pytest

from tests.crash.deaths import Death, table

PROPERTY = "death"


def note(request: pytest.FixtureRequest, death: Death) -> None:
    """Keep what one death came to for the table at the end."""
    request.node.user_properties.append((PROPERTY, asdict(death)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    deaths = [
        Death(**value)
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == PROPERTY and report.when == "call"
    ]
    if deaths:
        terminalreporter.write_sep("-", "what was paid when processes died")
        terminalreporter.write_line(table(deaths))
