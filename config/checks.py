"""Our own system checks: settings that Django accepts and that would fail later, quietly or dearly."""

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.http.request import validate_host

from config.env import INSECURE_SECRET_KEY
from editor.crash import POINTS

SHORTEST_SECRET_KEY = 50


@register("pentimento")
def check_secret_key(**_: Any) -> Iterable[CheckMessage]:
    """Refuse a signing key that others know: sessions, picture links and queued tasks are signed with it."""
    key = settings.SECRET_KEY
    if not settings.DEBUG and (key == INSECURE_SECRET_KEY or len(key) < SHORTEST_SECRET_KEY):
        yield Error(
            f"SECRET_KEY is the one for debugging, or shorter than {SHORTEST_SECRET_KEY} characters.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(64))"',
            id="pentimento.E001",
        )


@register("pentimento")
def check_debug(**_: Any) -> Iterable[CheckMessage]:
    """Keep debugging to this machine: its error pages show settings and code to whoever meets one."""
    if settings.DEBUG and not is_loopback(urlsplit(settings.PUBLIC_BASE_URL).hostname or ""):
        yield Error(
            "DEBUG is on, and PUBLIC_BASE_URL is not on this machine: error pages would show settings and code.",
            hint="Set DEBUG=0, SECRET_KEY and ALLOWED_HOSTS; see .env.example.",
            id="pentimento.E006",
        )


@register("pentimento")
def check_inbox(**_: Any) -> Iterable[CheckMessage]:
    """Keep the inbox to this machine: whoever reads it can get into every account."""
    if settings.DEMO_INBOX and not is_loopback(urlsplit(settings.PUBLIC_BASE_URL).hostname or ""):
        yield Error(
            "DEMO_INBOX is on, and PUBLIC_BASE_URL is not on this machine: strangers would read everybody's letters.",
            hint="Unset DEMO_INBOX and set EMAIL_URL.",
            id="pentimento.E008",
        )


@register("pentimento")
def check_social_keys(**_: Any) -> Iterable[CheckMessage]:
    """Find half of a pair of keys: signing in that way would stay off without a word."""
    for name in ("google", "github"):
        pair = [getattr(settings.ENV, f"{name}_client_{part}") for part in ("id", "secret")]
        if any(pair) and not all(pair):
            yield checks.Warning(
                f"{name.upper()}_CLIENT_ID or {name.upper()}_CLIENT_SECRET is missing: signing in that way is off.",
                id="pentimento.W002",
            )


@register("pentimento")
def check_own_host(**_: Any) -> Iterable[CheckMessage]:
    """See to it that we answer at the address we give to providers and in e-mails."""
    host = urlsplit(settings.PUBLIC_BASE_URL).netloc.rpartition("@")[2]
    name = urlsplit(f"//{host}").hostname or ""
    if settings.ALLOWED_HOSTS and not validate_host(f"[{name}]" if ":" in name else name, settings.ALLOWED_HOSTS):
        yield Error(
            f"PUBLIC_BASE_URL names the host {name}, which ALLOWED_HOSTS lacks: providers could not fetch pictures.",
            hint="Add it to ALLOWED_HOSTS.",
            id="pentimento.E002",
        )


@register("pentimento")
def check_exempt_networks(**_: Any) -> Iterable[CheckMessage]:
    """Read every network that is exempt from the rules for outgoing requests."""
    for text in settings.EGRESS_ALLOW_CIDRS:
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            yield Error(f"EGRESS_ALLOW_CIDRS: {error}.", hint="Such as 127.0.0.0/8.", id="pentimento.E003")


@register("pentimento")
def check_providers(**_: Any) -> Iterable[CheckMessage]:
    """Keep provider keys off plain HTTP, but to this machine."""
    for name, provider in settings.PROVIDERS.items():
        url = urlsplit(provider.base_url)
        if provider.base_url and (url.scheme not in ("http", "https") or not url.hostname):
            yield Error(f"{name.upper()}_BASE_URL is not an http(s) URL.", id="pentimento.E004")
        elif url.scheme == "http" and provider.api_key and not _is_near(url.hostname or ""):
            yield checks.Warning(
                f"{name.upper()}_API_KEY would travel unencrypted: its base URL is http.", id="pentimento.W001"
            )


@register("pentimento")
def check_stripe(**_: Any) -> Iterable[CheckMessage]:
    """Keep Stripe's key off plain HTTP, but to this machine; find what would never hear from it."""
    base = urlsplit(settings.STRIPE_API_BASE)
    if settings.STRIPE_API_BASE and (base.scheme not in ("http", "https") or not base.hostname or base.path):
        yield Error("STRIPE_API_BASE is a scheme, host and port.", id="pentimento.E012")
    elif settings.STRIPE_SECRET_KEY and base.scheme == "http" and not _is_near(base.hostname or ""):
        yield Error("STRIPE_SECRET_KEY would travel unencrypted: STRIPE_API_BASE is http.", id="pentimento.E013")
    if bool(settings.STRIPE_SECRET_KEY) != bool(settings.STRIPE_WEBHOOK_SECRETS):
        yield checks.Warning(
            "Only one of STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET is set: without a key nobody can pay, and without "
            "the secret payments are found by the hourly sweep only.",
            id="pentimento.W003",
        )


@register("pentimento")
def check_simulator(**_: Any) -> Iterable[CheckMessage]:
    """Keep what test keys order and what is paid for apart."""
    simulator = urlsplit(settings.SIMULATOR_URL)
    if settings.SIMULATOR_URL and (simulator.scheme != "http" or not simulator.hostname or simulator.path):
        yield Error("SIMULATOR_URL is a scheme, host and port, such as http://127.0.0.1:9190.", id="pentimento.E010")
    others = {f"{name.upper()}_BASE_URL": provider.base_url for name, provider in settings.PROVIDERS.items()}
    for name, url in {**others, "PUBLIC_BASE_URL": settings.PUBLIC_BASE_URL}.items():
        if settings.SIMULATOR_URL and url and urlsplit(url).netloc == simulator.netloc:
            yield Error(
                f"{name} is at SIMULATOR_URL, where nothing but the edits of test keys goes.",
                hint="Run a second `manage.py simulate_providers` for it, on another port.",
                id="pentimento.E011",
            )


@register("pentimento")
def check_storage(**_: Any) -> Iterable[CheckMessage]:
    """Find S3 settings that would have no effect."""
    s3 = settings.ENV
    if not s3.s3_bucket and (s3.s3_endpoint_url or s3.s3_access_key_id):
        yield Error("S3_* is set without S3_BUCKET: pictures would go to the data folder.", id="pentimento.E005")


@register("pentimento")
def check_crash(**_: Any) -> Iterable[CheckMessage]:
    """Find a point to die at that does not exist: a drill would pass and have shown nothing."""
    if settings.CRASH_AT and settings.CRASH_AT not in POINTS:
        yield Error(f"CRASH_AT is none of {', '.join(POINTS)}.", id="pentimento.E007")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine, reached from itself only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine or in a network that the operator exempted."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return is_loopback(host)
    exempt = [ipaddress.ip_network(text, strict=False) for text in settings.EGRESS_ALLOW_CIDRS]
    return address.is_loopback or any(address in network for network in exempt)
