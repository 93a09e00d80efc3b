"""One real edit through the REST API, as a customer would do it; begun once, however often the demo is killed."""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config.demo.memory import Memory
from config.demo.painting import paint

PROJECT = "Valley at first light"
PROMPT = "Warmer light, as if an hour before sunset"
FINAL = {"succeeded", "partial", "failed", "canceled"}
ASK_EVERY = 0.5
PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Result:
    """The edit as the API gives it, and the files, before and after."""

    edit: dict[str, Any]
    files: tuple[Path, ...]


def run_edit(*, base_url: str, api_key: str, memory: Memory, folder: Path) -> Result:
    """Upload the painting, edit it, wait, and download the outcome. Raises httpx.HTTPError."""
    folder.mkdir(parents=True, exist_ok=True)
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=f"{base_url}/api/v1", headers=headers, timeout=60, trust_env=False) as api:
        before = folder / "before.jpg"
        if not memory.begun:
            if not memory.picture:
                before.write_bytes(paint())
                memory.picture = _upload(api, before)
            body = {"prompt": PROMPT, "images": [memory.picture["id"]], "project": memory.picture["project"]}
            memory.begun = {"key": secrets.token_hex(16), "body": body}
            memory.save()
        key = {"Idempotency-Key": memory.begun["key"]}
        edit = _finished(api, _answer(api.post("/edits", json=memory.begun["body"], headers=key)))
        memory.begun = {}
        memory.save()
        return Result(edit, (before, *(_download(output, edit["id"], folder) for output in edit["outputs"])))


def _upload(api: httpx.Client, file: Path) -> dict[str, str]:
    """Put the picture into a project of its own, once: later demos edit it again."""
    project = _answer(api.post("/projects", json={"name": PROJECT}))["id"]
    files = {"file": ("valley.jpg", file.read_bytes(), "image/jpeg")}
    image = _answer(api.post("/images", files=files, data={"project": project}))
    return {"id": image["id"], "project": project}


def _finished(api: httpx.Client, edit: dict[str, Any]) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    while edit["status"] not in FINAL and time.monotonic() < until:
        time.sleep(ASK_EVERY)  # the server tells of an end when it is asked
        edit = _answer(api.get(f"/edits/{edit['id']}"))
    return edit


def _download(output: dict[str, Any], edit_id: str, folder: Path) -> Path:
    """Fetch an output by its signed URL, without the key."""
    response = httpx.get(output["url"], timeout=60, trust_env=False).raise_for_status()
    file = folder / f"{edit_id}-{output['id']}.{output['content_type'].rpartition('/')[2]}"
    file.write_bytes(response.content)
    return file


def _answer(response: httpx.Response) -> dict[str, Any]:
    """Give the answer's JSON; an error says what the API said."""
    if response.is_error:
        raise httpx.HTTPStatusError(response.text, request=response.request, response=response)
    answer: dict[str, Any] = response.json()
    return answer
