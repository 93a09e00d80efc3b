"""The recorded cases: one JSON file each, `<provider>/<what_happens>.json`, with its source and date."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from editor.providers.base import HttpResponse, Provider
from editor.providers.registry import PROVIDERS

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    provider: Provider
    name: str
    said: dict[str, Any]

    @property
    def response(self) -> HttpResponse:
        reply = self.said["reply"]
        text = reply["text"] if "text" in reply else json.dumps(reply["json"])
        return HttpResponse(reply.get("status", 200), reply.get("headers", {}), text.encode())


CASES = [
    Case(PROVIDERS[path.parent.name], path.stem, json.loads(path.read_text()))
    for path in sorted(FOLDER.glob("*/*.json"))
]


def cases(*reads: str) -> list[Case]:
    return [case for case in CASES if case.said.get("reads") in reads]


def name_of(case: object) -> str:
    return f"{case.provider.NAME}-{case.name}" if isinstance(case, Case) else str(case)
