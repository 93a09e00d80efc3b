"""Which URLs may be asked for: one spelling of each, and nothing inside. Pure.

Parsers disagree about odd spellings, and every disagreement is a way in; so an odd one is refused, never repaired.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx

from editor.egress.addresses import Address, Network, is_exempt, is_public

URL_CHARACTERS = 2048
HOST_CHARACTERS = 253
DEFAULT_PORTS = {"http": 80, "https": 443}
SUSPECT = re.compile(r"[\x00-\x20\x7f-\x9f\\\s]")
NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class Denied(Exception):
    """The URL may not be asked for; the text is for logs and tests, not for the one who gave the URL."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed. `hosts` empty allows every host; `.example.com` allows the names below it.

    Addresses in `exempt` are the operator's own: scheme, port and host rules do not apply to them. With `only` nothing
    but that host and port is allowed, which then no other rule keeps out; `never` is one that is not, like our own.
    """

    exempt: tuple[Network, ...] = ()
    own_origin: tuple[str, int] | None = None
    only: tuple[str, int] | None = None
    never: tuple[str, int] | None = None
    https_only: bool = False
    hosts: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset(DEFAULT_PORTS.values())


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: `host` is an ASCII name in lower case, or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def literal(self) -> Address | None:
        """The address the host is spelt as, None when it is a name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def host_header(self) -> str:
        """The host as a browser would send it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """Take a URL apart; raises Denied for every spelling but the plain one."""
    if len(url) > URL_CHARACTERS or SUSPECT.search(url):
        raise Denied("too long, or with characters that no URL has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Denied("unreadable") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise Denied("neither http nor https")
    authority = parts.netloc
    if "@" in authority or "%" in authority or authority.endswith(":"):
        raise Denied("with user info, escapes or an empty port in the authority")
    host = _host(authority.removesuffix(f":{port}") if port is not None else authority)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, DEFAULT_PORTS[parts.scheme] if port is None else port, path)


def admit(target: Target, addresses: list[Address], own_addresses: list[Address], policy: Policy) -> None:
    """Raise Denied unless every address the host has may be connected to.

    `own_addresses` are those of our own host, asked for only when the operator's exemption could lead back to us.
    """
    if not addresses:
        raise Denied("no address")
    if policy.only is not None:
        if (target.host, target.port) != policy.only:
            raise Denied("not the simulator")
        return
    if policy.never is not None and target.port == policy.never[1] and _names(policy.never[0], target, addresses):
        raise Denied("the simulator of tests")
    exempt = [is_exempt(address, policy.exempt) for address in addresses]
    if not all(free or is_public(address) for free, address in zip(exempt, addresses, strict=True)):
        raise Denied("an address that is not public")
    if _is_own(target, addresses, own_addresses, policy.own_origin):
        raise Denied("our own origin")
    if not all(exempt):
        _follow_rules(target, policy)


def may_be_own(target: Target, addresses: list[Address], policy: Policy) -> bool:
    """Tell whether our own host's addresses must be known to judge: an exempt address on our own port."""
    return (
        policy.own_origin is not None
        and target.port == policy.own_origin[1]
        and any(is_exempt(address, policy.exempt) for address in addresses)
    )


def _is_own(
    target: Target, addresses: list[Address], own_addresses: list[Address], origin: tuple[str, int] | None
) -> bool:
    if origin is None or target.port != origin[1]:
        return False
    return target.host == origin[0] or not set(addresses).isdisjoint(own_addresses)


def _names(host: str, target: Target, addresses: list[Address]) -> bool:
    """Tell whether a target is this host, given as a name or an address."""
    return target.host == host or host in {str(address) for address in addresses}


def _follow_rules(target: Target, policy: Policy) -> None:
    if policy.https_only and target.scheme != "https":
        raise Denied("not https")
    if target.port not in policy.ports:
        raise Denied("a port other than 80 and 443")
    if policy.hosts and not any(_matches(target.host, allowed.lower()) for allowed in policy.hosts):
        raise Denied("a host that is not on the list")


def _matches(host: str, allowed: str) -> bool:
    return host.endswith(allowed) if allowed.startswith(".") else host == allowed


def _host(text: str) -> str:
    try:
        if text.startswith("[") and text.endswith("]"):
            return str(IPv6Address(text[1:-1]))
        # To A-labels, by the IDNA that httpx brings; it refuses what is no letter or digit of a name.
        name = text.lower() if text.isascii() else httpx.URL(scheme="http", host=text).raw_host.decode()
        if len(name) <= HOST_CHARACTERS and NAME.fullmatch(name):
            # Ends in a number: some parser takes it for IPv4, so that only four plain decimal numbers pass.
            return str(IPv4Address(text)) if NUMBER.fullmatch(name.rsplit(".", 1)[-1]) else name
    except (ValueError, httpx.InvalidURL):
        pass
    raise Denied("a host in an odd spelling")
