"""Which IP addresses are somebody else's public machine. Pure.

`is_global` alone is wrong on Python 3.11 and 3.12 (6to4, 192.0.0.192, local NAT64, multicast), so that the ranges are
written out; it is asked besides, and IPv6 must be global unicast.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DENIED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/3",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
GLOBAL_UNICAST = IPv6Network("2000::/3")
# An IPv4 address in its last 32 bits: compatible, mapped, SIIT, NAT64 (well known and local).
WRAPPING = tuple(
    IPv6Network(text) for text in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)


def is_public(address: Address) -> bool:
    """Tell whether this is an address of the public internet, and of nothing special in it."""
    if isinstance(address, IPv6Address) and (address not in GLOBAL_UNICAST or address.scope_id):
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in DENIED)


def is_exempt(address: Address, exempt: tuple[Network, ...]) -> bool:
    """Tell whether the operator named this address, and whatever IPv4 address it wraps is no stranger's inside."""
    return any(address in network for network in exempt) and all(
        is_public(inner) or any(inner in network for network in exempt) for inner in wrapped(address)
    )


def wrapped(address: Address) -> Iterator[IPv4Address]:
    """Give the IPv4 addresses an IPv6 address leads to through a translator or tunnel."""
    if not isinstance(address, IPv6Address):
        return
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    # Unspecified and loopback are addresses of their own, not ::0.0.0.0 and ::0.0.0.1.
    if int(address) > 1 and any(address in network for network in WRAPPING):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
