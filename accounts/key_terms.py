"""What an API key is good for: its scopes, from where, until when, up to how much. Pure, checked once here."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from accounts.errors import InvalidInput
from accounts.permissions import Scope
from accounts.plain_text import is_plain

NAME_CHARACTERS = 80
MOST_NETWORKS = 50
LARGEST_CAP = 10**15  # µ$: a thousand million dollars
NOTHING = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms of a key. `allowed_ips` are networks, none meaning everywhere; `monthly_cap` is in µ$."""

    name: str
    scopes: tuple[str, ...] = tuple(scope.value for scope in Scope)
    is_test: bool = False
    expires_at: datetime | None = None
    allowed_ips: tuple[str, ...] = ()
    monthly_cap: int | None = None

    def as_columns(self) -> dict[str, Any]:
        """Give the columns of the key's row."""
        return asdict(self) | {"scopes": list(self.scopes), "allowed_ips": list(self.allowed_ips)}

    def as_audited(self) -> dict[str, Any]:
        """Give what the audit log tells of them; they hold no secret."""
        return self.as_columns() | {"expires_at": self.expires_at.isoformat() if self.expires_at else None}


def checked_terms(terms: KeyTerms, *, now: datetime) -> KeyTerms:
    """Give the terms in their one spelling; raises InvalidInput, which names the field and its limit."""
    scopes = tuple(scope.value for scope in Scope if scope.value in terms.scopes)
    if not scopes or len(scopes) != len(set(terms.scopes)):
        raise InvalidInput(f"Choose at least one scope of {', '.join(Scope)}. {NOTHING}", param="scopes")
    if terms.expires_at is not None and terms.expires_at <= now:
        raise InvalidInput(f"The expiry must be in the future. {NOTHING}", param="expires_at")
    if terms.monthly_cap is not None and not 0 < terms.monthly_cap <= LARGEST_CAP:
        raise InvalidInput(
            f"The monthly cap is an amount above 0, up to ${LARGEST_CAP // 10**6:,}. {NOTHING}", param="monthly_cap"
        )
    return KeyTerms(
        name=checked_key_name(terms.name),
        scopes=scopes,
        is_test=terms.is_test,
        expires_at=terms.expires_at,
        allowed_ips=checked_networks(terms.allowed_ips),
        monthly_cap=terms.monthly_cap,
    )


def checked_key_name(name: str) -> str:
    """Give the name with its spaces tidied; raises InvalidInput."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise InvalidInput(f"A key's name has 1 to {NAME_CHARACTERS} characters. {NOTHING}", param="name")
    if not is_plain(name):
        raise InvalidInput(f"A key's name takes no control characters. {NOTHING}", param="name")
    return name


def checked_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Read addresses and networks such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32; raises InvalidInput."""
    found: list[str] = []
    for text in texts:
        try:
            network = str(_network(text.strip()))
        except ValueError:
            shown = text.strip()[:50]
            message = f"{shown} is no address or network, such as 203.0.113.0/24 or 2001:db8::/32. {NOTHING}"
            raise InvalidInput(message, param="allowed_ips") from None
        if network not in found:
            found.append(network)
    if len(found) > MOST_NETWORKS:
        raise InvalidInput(f"A key takes at most {MOST_NETWORKS} networks. {NOTHING}", param="allowed_ips")
    return tuple(found)


def may_come_from(allowed_ips: Iterable[str], address: str | None) -> bool:
    """Tell whether a key with these networks may be used from an address; an unknown one is in none of them."""
    networks = [ip_network(text) for text in allowed_ips]
    if not networks:
        return True
    try:
        here = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(here, IPv6Address):
        here = here.ipv4_mapped or IPv6Address(int(here))  # without its zone
    return any(here in network for network in networks)


def ending(expires_at: datetime | None, *, now: datetime, overlap: timedelta) -> datetime:
    """Say when a rotated key ends: after the overlap, or when it would have ended anyway."""
    after = now + overlap
    return after if expires_at is None else min(after, expires_at)


def _network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text, strict=False)
    if isinstance(network, IPv6Network) and (mapped := network.network_address.ipv4_mapped) and network.prefixlen >= 96:  # noqa: PLR2004
        return IPv4Network((mapped, network.prefixlen - 96), strict=False)
    return network
