"""Print what was explored, once for a run, from however many workers."""

import pytest

from tests.editor.interleavings.explore import Explored

PROPERTY = "explored"


def note(request: pytest.FixtureRequest, explored: Explored) -> None:
    """Keep what one exploration came to for the line at the end."""
    request.node.user_properties.append((PROPERTY, (explored.runs, explored.distinct, explored.steps, explored.seed)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    explored = [
        value
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == PROPERTY and report.when == "call"
    ]
    if explored:
        runs, distinct, steps = (sum(column) for column in zip(*(one[:3] for one in explored), strict=True))
        seeds = ", ".join(sorted({str(one[3]) for one in explored}))
        terminalreporter.write_sep("-", "interleavings")
        terminalreporter.write_line(f"{runs:,} explored, {distinct:,} of them distinct, {steps:,} steps; seeds {seeds}")
