"""Which addresses are the public web: the rule that keeps Wirewatch out of private networks.

Pure: it judges addresses, it never resolves a name. `extractors.fetch` asks it about every address it is about to
connect to, on every hop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# Prefixes that carry an IPv4 address in their low or middle bits, and by how many bits it is shifted. What such an
# address reaches is the IPv4 address inside, so both are judged.
_CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::/96"), 0),  # IPv4-compatible
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("::ffff:0:0:0/96"), 0),  # IPv4-translated (SIIT)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)
_NEVER: tuple[Network, ...] = (
    # `is_global` did not know all of these in every Python we support.
    IPv4Network("0.0.0.0/8"),
    IPv4Network("168.63.129.16/32"),  # a public address, but inside Azure the host's own services
    IPv4Network("100.64.0.0/10"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("100::/64"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),
)
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)


def literal(host: str) -> Address | None:
    """The address a host name spells in any notation a resolver takes: dotted, decimal, octal, hex, short, IPv6.

    None when `host` is a name. A number that fits no address (`999.1.1.1`) is None as well: no resolver takes it.
    """
    text = host.strip("[]").split("%", 1)[0]
    try:
        return ip_address(text)
    except ValueError:
        pass
    if not _NUMBERS.fullmatch(text):
        return None
    try:
        parts = [_number(part) for part in text.rstrip(".").split(".")]
        *head, last = parts
        if any(part > 255 for part in head) or last >= 256 ** (4 - len(head)):
            return None
        return IPv4Address(sum(part << (24 - 8 * place) for place, part in enumerate(head)) + last)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, and so do all addresses hidden inside it."""
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    inner = _carried(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_allowed(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether we may connect: the address is public, or it (or the IPv4 address inside) lies in an allowed network."""
    inner = _carried(address)
    seen = (address,) if inner is None else (address, inner)
    if any(one.version == network.version and one in network for network in allowed for one in seen):
        return True
    return is_public(address)


def _carried(address: Address) -> IPv4Address | None:
    if not isinstance(address, IPv6Address) or int(address) < 2:  # :: and ::1 are addresses in their own right
        return None
    for network, shift in _CARRIERS:
        if address in network:
            return IPv4Address(int(address) >> shift & 0xFFFFFFFF)
    return None


def _number(text: str) -> int:
    lowered = text.lower()
    if lowered.startswith("0x"):
        return int(lowered[2:] or "0", 16)
    if lowered.startswith("0") and len(lowered) > 1:
        return int(lowered, 8)
    return int(lowered)
