"""Every page of ours forbids the browser all it does not need, and keeps out of caches; with https cookies are hard."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as ours
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from config.env import child_env
from config.inbox.views import LETTER
from editor.images.responses import INERT
from tests.accounts.doors import give_password
from tests.conftest import Person
from tests.walls.resolver import routes
from tests.walls.routes import ROUTES
from tests.walls.world import World, make_world

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
READ = [route for route in routes() if "GET" in ROUTES[route.name]]
NEVER_STORED = {"private, no-store", "no-store", "max-age=0, no-cache, no-store, must-revalidate, private"}
HTTPS = {
    "DEBUG": "0", "SECRET_KEY": "abcdefghij" * 8, "ALLOWED_HOSTS": "pictures.example.com",
    "PUBLIC_BASE_URL": "https://pictures.example.com", "DJANGO_SETTINGS_MODULE": "config.settings",
}  # fmt: skip
OF_HTTPS = (
    "PUBLIC_BASE_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE",
    "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT",
)  # fmt: skip
SAY = f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {OF_HTTPS}}}))"


def policy_of(answer: Any) -> dict[str, str]:
    directives = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in directives}


@pytest.fixture
def world(alice: Person, mallory: Person) -> World:
    return make_world(alice, mallory)


@pytest.mark.parametrize("who", ["anonymous", "owner", "staff"])
def test_every_page_carries_exactly_this_policy_and_is_kept_by_no_cache(world, who):
    if who == "staff":
        world.alice.user.is_staff = True
        world.alice.user.save()
    browser, wrong = world.browser("owner" if who == "staff" else who), []
    for route in READ:
        answer = browser.get(route.address(world.there), headers={"accept": "text/html"})
        headers = {name: answer.headers.get(name) for name in HEADERS}
        fine = policy_of(answer) == POLICY and headers == HEADERS and answer["Cache-Control"] in NEVER_STORED
        if not fine or answer.status_code >= 500:
            wrong.append((route.name, answer.status_code, policy_of(answer), headers, answer["Cache-Control"]))
    assert wrong == []


def test_what_is_not_ours_to_write_can_do_nothing_in_a_browser():
    """Pictures as they came, and letters: neither script nor form, in an origin of their own."""
    assert INERT == "sandbox; default-src 'none'"
    assert LETTER == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups"


@pytest.fixture
def https(settings, tmp_path):
    """Settings as they are behind a proxy that ends TLS, read by a process of its own from the environment."""
    said = subprocess.run(
        [sys.executable, "-c", SAY], env=child_env(HTTPS, PENTIMENTO_DATA_DIR=str(tmp_path)), cwd=ours.BASE_DIR,
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    cache.clear()
    with override_settings(**json.loads(said)):
        yield Client(headers={"X-Forwarded-Proto": "https", "host": "pictures.example.com"})


def test_with_https_cookies_are_of_this_host_only_and_out_of_reach(https, alice):
    https.get("/accounts/login/")
    give_password(https, alice)
    https.post("/accounts/logout/")
    https.get("/accounts/login/")
    give_password(https, alice)
    https.post("/accounts/", {"name": "Alice"})
    said = {
        name: (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
        for name, cookie in https.cookies.items()
    }
    hard = (True, True, "Lax", "/", "")
    assert said == {"__Host-session": hard, "__Host-messages": hard, "__Host-csrf": (True, "", "Lax", "/", "")}


def test_with_https_browsers_come_by_nothing_else(https):
    answer = https.get("/accounts/login/")
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    plain = Client(headers={"host": "pictures.example.com"}).get("/accounts/login/?next=/credit/")
    assert (plain.status_code, plain["Location"]) == (301, "https://pictures.example.com/accounts/login/?next=/credit/")


def test_without_https_the_session_is_still_out_of_scripts_reach(client, alice):
    give_password(client, alice)
    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
