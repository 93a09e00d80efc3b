"""A process in which GitHub's keys are set and GitHub is a server on this machine; nothing it writes stays.

Run by `test_elsewhere.py`, for what is on is decided as a process starts. Prints what happened as JSON.
"""

import base64
import hashlib
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ASKED: list[dict[str, str]] = []
ADDRESS = {"email": os.environ["ASK_EMAIL"], "primary": True, "verified": os.environ["ASK_VERIFIED"] == "yes"}


class GitHub(BaseHTTPRequestHandler):
    """As much of it as somebody who signs in needs."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ASKED.append({name: values[0] for name, values in parse_qs(body).items()})
        self._say({"access_token": "token-of-eve", "token_type": "bearer", "scope": "user:email"})

    def do_GET(self) -> None:
        known = {"/api/v3/user": {"id": 7, "login": "eve", "email": None}, "/api/v3/user/emails": [ADDRESS]}
        self._say(known[self.path] if self.headers["Authorization"] == "token token-of-eve" else {})

    def _say(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


def main() -> dict[str, Any]:
    """Go to GitHub and come back, with the state we were given or another."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), GitHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    import django

    from config import settings_test as ours

    ours.DATABASES["default"]["NAME"] = os.environ["ASK_DATABASE"]
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ours.CACHES = dict.fromkeys(("default", "process"), memory)
    ours.SOCIALACCOUNT_PROVIDERS["github"]["GITHUB_URL"] = f"http://127.0.0.1:{server.server_port}"
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        try:
            return visit()
        finally:
            transaction.set_rollback(True)
            server.shutdown()


def visit() -> dict[str, Any]:
    """Tell who is in at the end, and what was made."""
    from allauth.account.models import EmailAddress
    from allauth.socialaccount.models import SocialAccount
    from django.core import mail
    from django.test import Client

    from accounts.models import User, Workspace

    client = Client()
    there = parse_qs(urlsplit(client.post("/accounts/github/login/")["Location"]).query)
    state = os.environ["ASK_STATE"] or there["state"][0]
    answer = client.get("/accounts/github/login/callback/", {"code": "code-of-eve", "state": state}, follow=True)
    verifier = ASKED[0]["code_verifier"] if ASKED else ""
    digest = hashlib.sha256(verifier.encode()).digest()
    return {
        "asked": len(ASKED),
        "secret": ASKED[0].get("client_secret") if ASKED else None,
        "is_challenge_met": base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == there["code_challenge"][0],
        "is_in": client.get("/accounts/").status_code == 200,
        "at": answer.request["PATH_INFO"],
        "status": answer.status_code,
        "users": sorted(User.objects.values_list("email", flat=True)),
        "workspaces": sorted(Workspace.objects.values_list("name", flat=True)),
        "verified": sorted(EmailAddress.objects.filter(verified=True).values_list("email", flat=True)),
        "connected": SocialAccount.objects.count(),
        "letters": [letter.subject for letter in getattr(mail, "outbox", [])],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
