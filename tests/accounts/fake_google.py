"""As much of Google as somebody who signs in needs.

What it says of her is in the environment: `ASK_CLAIMS` are claims of the id token to add or replace, `ASK_TOKEN` tells
whether the token is whole, cut, or left out. Who gets a token for a code straight from Google's own host, by TLS, need
not check its signature (OpenID Connect Core 1.0, 3.1.3.7), and allauth does not: no key is published here.
"""

import json
import os
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ASKED: list[dict[str, str]] = []
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def addresses(base: str) -> dict[str, str]:
    """Give the settings that have allauth come here; who it says it is stays Google's."""
    return {"ACCESS_TOKEN_URL": f"{base}/token", "IDENTITY_URL": f"{base}/userinfo"}


def id_token() -> str:
    """Say who she is, as `ASK_TOKEN` and `ASK_CLAIMS` want it."""
    now = int(time.time())
    said = {
        "iss": "https://accounts.google.com", "aud": "id-of-ours", "azp": "id-of-ours", "sub": "1097",
        "iat": now, "exp": now + 3600, "email": os.environ["ASK_EMAIL"],
        "email_verified": os.environ["ASK_VERIFIED"] == "yes", "name": "Eve",
    }  # fmt: skip
    token = jwt.encode(said | json.loads(os.environ["ASK_CLAIMS"]), KEY, algorithm="RS256")
    return token[:-20].replace(".", "", 1) if os.environ["ASK_TOKEN"] == "cut" else token


class Server(BaseHTTPRequestHandler):
    """The exchange of a code, the published keys, the older way to ask who she is."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ASKED.append({name: values[0] for name, values in parse_qs(body).items()})
        if ASKED[-1].get("client_secret") != "never-shown":
            self._say({"error": "invalid_client"}, 401)
            return
        told = {} if os.environ["ASK_TOKEN"] == "none" else {"id_token": id_token()}
        self._say({"access_token": "token-of-eve", "expires_in": 3599, "token_type": "Bearer", **told})

    def do_GET(self) -> None:
        email, verified = os.environ["ASK_EMAIL"], os.environ["ASK_VERIFIED"] == "yes"
        if self.headers["Authorization"] == "Bearer token-of-eve":
            self._say({"id": "1097", "email": email, "verified_email": verified, "name": "Eve"})
        else:
            self._say({"error": "unauthorized"}, 401)

    def _say(self, answer: Any, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...
