"""Rehearse what providers can do to us, against the simulator."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from accounts.selectors.keys import live_key
from config.demo import stage
from config.demo.memory import Memory
from config.drill.rehearse import Drill, provider_for, rehearse
from config.drill.report import Report
from config.drill.simulator import NoDrill, find_simulator
from editor.domain import DEADLINE_SECONDS
from editor.simulator.dialects import DIALECTS
from editor.simulator.faults import FAULTS, Stage


class Command(BaseCommand):
    """Order a fault from a simulated provider, send it one real edit, and show what was paid."""

    help = "Rehearse a fault of a simulated provider on the running product; see docs/operating.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("fault", nargs="?", help="which fault; --list names them")
        parser.add_argument("--list", action="store_true", help="name all faults")
        parser.add_argument("--all", action="store_true", help="rehearse each once, and print a table")
        parser.add_argument("--demo", action="store_true", help="rehearse in the running `make demo`")
        parser.add_argument("--provider", choices=sorted(DIALECTS), help="default: one that can show the fault")
        parser.add_argument("--workspace", help="whose credit and picture; default: the oldest workspace")
        parser.add_argument("--key", help="an API key of the workspace, instead of its id")
        parser.add_argument("--deadline", type=int, default=20, help="seconds the edit may take (20)")

    def handle(self, **options: Any) -> None:
        """Run; ends with code 1 when an edit did not end or was paid more than once, or when no drill could be run."""
        if options["list"]:
            self.stdout.writelines(f"{name:24} {fault.says}\n" for name, fault in FAULTS.items())
            return
        felt = [name for name, fault in FAULTS.items() if fault.stage is not Stage.BILL]  # the rest is on statements
        faults = felt if options["all"] else [options["fault"]]
        if faults[0] not in FAULTS:
            raise CommandError("Name a fault; `manage.py drill --list` lists them.")
        if options["deadline"] not in DEADLINE_SECONDS:
            raise CommandError(f"--deadline is {DEADLINE_SECONDS[0]} to {DEADLINE_SECONDS[-1]} seconds.")
        if options["demo"]:
            _in_the_demo()
        try:
            reports = [self._run(fault, options, alone=not options["all"]) for fault in faults]
        except NoDrill as error:
            raise CommandError(str(error)) from error
        failed = [report.fault for report in reports if not report.passed]
        if failed:
            raise CommandError(f"{len(failed)} of {len(reports)} did not end, or were paid twice: {', '.join(failed)}.")

    def _run(self, fault: str, options: dict[str, Any], *, alone: bool) -> Report:
        simulator = find_simulator(options["provider"] or provider_for(fault))
        drill = Drill(fault, _workspace(options), options["deadline"])
        report = rehearse(drill=drill, simulator=simulator, tell=self._say if alone else _nothing)
        for line in ["", *report.summary()] if alone else [report.row()]:
            self._say(line)
        return report

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _nothing(line: str) -> None:
    """Tell nobody."""


def _workspace(options: dict[str, Any]) -> str:
    if options["key"]:
        key = live_key(options["key"])
        if key is None:
            raise CommandError("--key is no key that works here.")
        return str(key.workspace_id)
    found = Workspace.objects.order_by("created_at", "id")
    found = found.filter(id=options["workspace"]) if options["workspace"] else found
    workspace_id = found.values_list("id", flat=True).first()
    if workspace_id is None:
        raise CommandError("There is no such workspace; `manage.py bootstrap` makes one.")
    return workspace_id


def _in_the_demo() -> None:
    """Start this command anew in the demo's environment."""
    folder = Path(settings.DATA_DIR) / "demo"
    if not (folder / "demo.json").exists():
        raise CommandError(f"There is no demo in {folder}; start one with `make demo`.")
    arguments = [argument for argument in sys.argv[1:] if argument != "--demo"]
    os.execve(sys.executable, [*stage.MANAGE, *arguments], stage.environment(folder, Memory.of(folder)))  # noqa: S606
