"""A process in which the keys of GitHub or Google are set and that is a server on this machine; nothing is kept.

Run by `test_elsewhere.py` and `test_google.py`, for what is on is decided as a process starts. Prints what happened as
JSON.
"""

import base64
import hashlib
import json
import os
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.accounts import fake_github, fake_google

WHO = os.environ["ASK_WHO"]
FAKE = {"github": fake_github, "google": fake_google}[WHO]
ASKED = FAKE.ASKED


def main() -> list[dict[str, Any]]:
    """For each case go there and come back, with the state we were given or another."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FAKE.Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    import django

    from config import settings_test as ours

    ours.DATABASES["default"]["NAME"] = os.environ["ASK_DATABASE"]
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ours.CACHES = dict.fromkeys(("default", "process"), memory)
    ours.SOCIALACCOUNT_PROVIDERS[WHO].update(FAKE.addresses(f"http://127.0.0.1:{server.server_port}"))
    django.setup()
    found = [once(case) for case in json.loads(os.environ["ASK_CASES"])]
    server.shutdown()
    return found


def once(case: dict[str, str]) -> dict[str, Any]:
    """Tell what happens in one case, and leave nothing behind."""
    from django.core import mail
    from django.db import transaction

    os.environ.update(case)
    ASKED.clear()
    mail.outbox = []
    with transaction.atomic():
        try:
            return visit()
        finally:
            transaction.set_rollback(True)


def visit() -> dict[str, Any]:
    """Tell who is in at the end, and what was made."""
    from allauth.account.models import EmailAddress
    from allauth.socialaccount.models import SocialAccount
    from django.core import mail
    from django.test import Client

    from accounts.models import User, Workspace

    client = Client()
    there = parse_qs(urlsplit(client.post(f"/accounts/{WHO}/login/")["Location"]).query)
    state = os.environ["ASK_STATE"] or there["state"][0]
    back = f"/accounts/{WHO}/login/callback/"
    answer = client.get(back, {"code": "code-of-eve", "state": state}, follow=True)
    verifier = ASKED[0]["code_verifier"] if ASKED else ""
    digest = hashlib.sha256(verifier.encode()).digest()
    return {
        "asked": len(ASKED),
        "there": there,
        "page": answer.text,
        "token_door": client.post(f"/accounts/{WHO}/login/token/", {"credential": "x"}).status_code,
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
