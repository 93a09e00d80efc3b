"""As much of GitHub as somebody who signs in needs; what it says of her address is in the environment."""

import json
import os
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

ASKED: list[dict[str, str]] = []


def addresses(base: str) -> dict[str, str]:
    """Give the settings that have allauth come here."""
    return {"GITHUB_URL": base}


class Server(BaseHTTPRequestHandler):
    """The exchange of a code, the user, her addresses."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ASKED.append({name: values[0] for name, values in parse_qs(body).items()})
        self._say({"access_token": "token-of-eve", "token_type": "bearer", "scope": "user:email"})

    def do_GET(self) -> None:
        address = {"email": os.environ["ASK_EMAIL"], "primary": True, "verified": os.environ["ASK_VERIFIED"] == "yes"}
        known = {"/api/v3/user": {"id": 7, "login": "eve", "email": None}, "/api/v3/user/emails": [address]}
        self._say(known[self.path] if self.headers["Authorization"] == "token token-of-eve" else {})

    def _say(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...
