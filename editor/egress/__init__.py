"""The one door to URLs that users and providers give us."""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from editor.egress.connect import Message, Network, admitted
from editor.egress.fetch import Caps, Downloaded, TooManyBytes, fetch
from editor.egress.post import Posted, send
from editor.egress.targets import DEFAULT_PORTS, Denied, Policy, parse
from editor.provider_accounts import simulator_origin

__all__ = [
    "Downloaded",
    "Network",
    "Posted",
    "Refused",
    "TooMuch",
    "check",
    "download",
    "download_simulated",
    "place_of",
    "post",
]

MAX_BYTES = 25 * 1024 * 1024
SECONDS = 30.0
UNFIT = "The address is not a public https address that can be found now."
UNANSWERED = "The address is not allowed, or did not answer in time."
NOWHERE = ("", 0)
# What a stranger's URL can do to us; and never chained, for the cause would tell what our network looks like.
FAILURES = (Denied, TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)


class Refused(Exception):
    """Not fetched. The text is the same for what is blocked and what does not answer, so that nobody can map us."""

    def __init__(self, message: str = "The address is not allowed, or did not answer with a file in time.") -> None:
        self.message = message
        super().__init__(message)


class TooMuch(Refused):
    """A public server answered, with more bytes than the cap."""


async def download(
    url: str,
    *,
    to: Path,
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    https_only: bool = False,
    allowed_hosts: tuple[str, ...] = (),
    network: Network | None = None,
) -> Downloaded:
    """GET a foreign URL into a file; raises Refused, and then the file is gone.

    Only public addresses, ports 80 and 443, never our own origin nor the simulator of tests; what EGRESS_ALLOW_CIDRS
    names is exempt from the address, https, port and host rules. `allowed_hosts` empty allows every host. `network` is
    for rehearsals.
    """
    policy = _policy(https_only=https_only, hosts=tuple(allowed_hosts))
    return await _fetch(url, to=to, caps=Caps(max_bytes, seconds), policy=policy, network=network)


async def download_simulated(url: str, *, to: Path) -> Downloaded:
    """GET a result of the simulator that tests run on, and nothing else; raises Refused, and then the file is gone."""
    policy = Policy(only=simulator_origin() or NOWHERE)
    return await _fetch(url, to=to, caps=Caps(MAX_BYTES, SECONDS), policy=policy, network=None)


async def _fetch(url: str, *, to: Path, caps: Caps, policy: Policy, network: Network | None) -> Downloaded:
    try:
        return await fetch(url, to=to, caps=caps, policy=policy, network=network)
    except TooManyBytes:
        raise TooMuch(f"The file is larger than {caps.max_bytes // 2**20} MiB.") from None
    except FAILURES:
        raise Refused from None


def place_of(url: str) -> str:
    """Give host and port of a URL that was checked."""
    target = parse(url)
    return f"{target.host}:{target.port}"


async def check(url: str, *, network: Network | None = None) -> None:
    """Raise Refused for a URL that `post` would refuse now; nothing is connected to but a resolver, for 5 s at most."""
    try:
        await admitted(parse(url), _policy(https_only=True, hosts=()), network or Network())
    except FAILURES:
        raise Refused(UNFIT) from None


async def post(
    url: str, *, body: bytes, headers: Mapping[str, str], keep: int, seconds: float, network: Network | None = None
) -> Posted:
    """POST to a foreign URL under the same rules, by https only; no redirect is followed. Raises Refused.

    Of the answer at most `keep` bytes are read.
    """
    policy = _policy(https_only=True, hosts=())
    message = Message("POST", {"Accept-Encoding": "identity", **headers}, body)
    try:
        return await send(url, message=message, policy=policy, keep=keep, seconds=seconds, network=network)
    except FAILURES:
        raise Refused(UNANSWERED) from None


def _policy(*, https_only: bool, hosts: tuple[str, ...]) -> Policy:
    own = urlsplit(settings.PUBLIC_BASE_URL)
    return Policy(
        exempt=tuple(ip_network(text) for text in settings.EGRESS_ALLOW_CIDRS),
        own_origin=(own.hostname or "", own.port or DEFAULT_PORTS[own.scheme]),
        never=simulator_origin(),
        https_only=https_only,
        hosts=hosts,
    )
