"""What the tests of the API ask with, and what they check after a refusal."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image as Pillow

from editor.models import Attempt, Callback, Edit, EditInput, IdempotencyKey, Image, Output, Project

V1 = "/api/v1"
WALL = 1  # query of each request with a key: row-level security is shut again; reading the key opens it
KINDS = (Attempt, Callback, Edit, EditInput, IdempotencyKey, Image, Output, Project)


class Api:
    """The API as a holder of a key sees it."""

    def __init__(self, key: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(V1 + path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, *, content_type: str = "application/json", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(V1 + path, data, content_type=content_type, headers={**self.headers, **named})

    def upload(self, content: bytes, name: str = "cat.jpg", field: str = "file", **fields: Any) -> Any:
        file = BytesIO(content)
        file.name = name
        return self.client.post(V1 + "/images", {field: file, **fields}, headers=self.headers)


def picture(width: int = 60, height: int = 40, *, format: str = "JPEG", colour: str = "teal") -> bytes:  # noqa: A002
    written = BytesIO()
    Pillow.new("RGB", (width, height), colour).save(written, format)
    return written.getvalue()


def stored_files() -> set[Path]:
    root = Path(default_storage.location)  # type: ignore[attr-defined]
    waiting = settings.DATA_DIR / "staging"
    return {path for folder in (root, waiting) for path in folder.rglob("*") if path.is_file()}


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in KINDS}


def refused(response: Any, status: int, code: str, param: str | None = None) -> str:
    """Check a refusal's whole shape and give its message."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["type", "code", "message", "param", "request_id"]
    assert (body["error"]["code"], body["error"]["param"]) == (code, param)
    assert body["error"]["request_id"] == response.headers["X-Request-ID"]
    message: str = body["error"]["message"]
    return message
