"""How much of the public internet a set of networks covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network

Interval = tuple[int, int]
"""First and last address as numbers, both inclusive."""

_NOT_PUBLIC_IPV4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
)  # fmt: skip
"""https://www.iana.org/assignments/iana-ipv4-special-registry, with multicast and class E."""
_PUBLIC_IPV6 = ("2000::/3",)
"""https://www.iana.org/assignments/ipv6-address-space: the only space given out for global unicast."""
_NOT_PUBLIC_IPV6 = ("2001:db8::/32", "2002::/16", "3fff::/20")


def public_addresses(cidrs: Iterable[str], trusted: tuple[str, ...] = ()) -> int:
    """How many different public addresses the networks hold together, those of ``trusted`` ones not counted.

    All networks of one call are of one family; those of ``trusted`` may be of either. Raises ValueError
    for text that is no network.
    """
    given = list(cidrs)
    if not given:
        return 0
    version = ip_network(given[0], strict=False).version
    return sum(last - first + 1 for first, last in _common(merged(given), _public(version, trusted)))


def merged(cidrs: Iterable[str]) -> list[Interval]:
    """The networks as disjoint intervals in ascending order."""
    intervals: list[Interval] = []
    for first, last in sorted(_interval(cidr) for cidr in cidrs):
        if intervals and first <= intervals[-1][1] + 1:
            intervals[-1] = (intervals[-1][0], max(last, intervals[-1][1]))
        else:
            intervals.append((first, last))
    return intervals


@lru_cache(maxsize=16)
def _public(version: int, trusted: tuple[str, ...]) -> list[Interval]:
    """The public space of a family without the trusted networks."""
    own = [cidr for cidr in trusted if ip_network(cidr, strict=False).version == version]
    if version == 4:
        return _gaps(merged([*_NOT_PUBLIC_IPV4, *own]), 2**32 - 1)
    outside = _gaps(merged([*_NOT_PUBLIC_IPV6, *own]), 2**128 - 1)
    return _common(merged(_PUBLIC_IPV6), outside)


@dataclass(frozen=True, slots=True)
class Network:
    """A CIDR as numbers."""

    version: int
    prefix: int
    first: int

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return 1 << self.bits - self.prefix

    @property
    def bits(self) -> int:
        """Length of its addresses: 32 or 128."""
        return 32 if self.version == 4 else 128


@lru_cache(maxsize=65536)
def network(cidr: str) -> Network | None:
    """A CIDR as numbers; None for text that is none (no provider and no EC2 accepts it)."""
    try:
        parsed = ip_network(cidr, strict=False)
    except ValueError:
        return None
    return Network(parsed.version, parsed.prefixlen, int(parsed.network_address))


def _interval(cidr: str) -> Interval:
    found = network(cidr)
    if found is None:
        raise ValueError(f"{cidr!r} is no network")
    return found.first, found.first + found.size - 1


def _gaps(intervals: list[Interval], end: int) -> list[Interval]:
    """What lies between disjoint ascending intervals, from zero to ``end``."""
    gaps: list[Interval] = []
    start = 0
    for first, last in intervals:
        if start < first:
            gaps.append((start, first - 1))
        start = last + 1
    if start <= end:
        gaps.append((start, end))
    return gaps


def _common(left: list[Interval], right: list[Interval]) -> list[Interval]:
    """What lies in both of two lists of disjoint ascending intervals."""
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            common.append((first, last))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common
