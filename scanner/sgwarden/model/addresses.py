"""Sets of IP addresses and of ports, as sorted disjoint intervals; and what a group admits from such a set.

Exposure is a question about sets: 0.0.0.0/1 with 128.0.0.0/1 is the internet although no rule says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import pairwise

from msgspec import Struct

from sgwarden.model.security_groups import Direction, Rule

Interval = tuple[int, int]
"""First and last number, both inclusive."""

_BITS = {4: 32, 6: 128}
_NOT_PUBLIC = {
    4: (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ),
    6: ("::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1"),
}  # fmt: skip
"""Not reachable over the internet: https://www.iana.org/assignments/iana-ipv4-special-registry,
https://www.iana.org/assignments/iana-ipv6-special-registry, and for IPv6 all but the global unicast space
2000::/3 (https://www.iana.org/assignments/ipv6-address-space)."""


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the same numbers as disjoint, not adjacent intervals in ascending order; empty ones vanish."""
    result: list[Interval] = []
    for first, last in sorted(intervals):
        if first > last:
            continue
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def intersect(left: tuple[Interval, ...], right: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Return the numbers in both; arguments are as ``merge`` returns them."""
    result: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            result.append((first, last))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(result)


def subtract(left: tuple[Interval, ...], right: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Return the numbers in ``left`` and not in ``right``; arguments as ``merge`` returns them."""
    result: list[Interval] = []
    j = 0
    for first, last in left:
        while j < len(right) and right[j][1] < first:
            j += 1
        at = j
        while at < len(right) and right[at][0] <= last:
            if first < right[at][0]:
                result.append((first, right[at][0] - 1))
            first = right[at][1] + 1
            at += 1
        if first <= last:
            result.append((first, last))
    return tuple(result)


class AddressSet(Struct, frozen=True):
    """A set of IPv4 and IPv6 addresses."""

    ipv4: tuple[Interval, ...] = ()
    ipv6: tuple[Interval, ...] = ()

    @classmethod
    def from_cidrs(cls, cidrs: Iterable[str]) -> AddressSet:
        """Return the addresses of CIDR blocks of both families. Raises ValueError for what is none."""
        found: dict[int, list[Interval]] = {4: [], 6: []}
        for cidr in cidrs:
            version, interval = _parsed(cidr)
            found[version].append(interval)
        return cls(merge(found[4]), merge(found[6]))

    @classmethod
    def everything(cls) -> AddressSet:
        """Return all addresses."""
        return cls(((0, 2**32 - 1),), ((0, 2**128 - 1),))

    def __or__(self, other: AddressSet) -> AddressSet:
        return AddressSet(merge(self.ipv4 + other.ipv4), merge(self.ipv6 + other.ipv6))

    def __and__(self, other: AddressSet) -> AddressSet:
        return AddressSet(intersect(self.ipv4, other.ipv4), intersect(self.ipv6, other.ipv6))

    def __sub__(self, other: AddressSet) -> AddressSet:
        return AddressSet(subtract(self.ipv4, other.ipv4), subtract(self.ipv6, other.ipv6))

    def __bool__(self) -> bool:
        return bool(self.ipv4 or self.ipv6)

    def __contains__(self, cidr: object) -> bool:
        """Return whether every address of a CIDR block is in the set. Raises ValueError for what is none."""
        version, interval = _parsed(str(cidr))
        return not subtract((interval,), self.ipv4 if version == 4 else self.ipv6)

    def covers(self, other: AddressSet) -> bool:
        """Return whether it holds all of ``other``."""
        return not other - self

    def size(self, version: int) -> int:
        """Return how many addresses of family 4 or 6 it holds."""
        return sum(last - first + 1 for first, last in (self.ipv4 if version == 4 else self.ipv6))

    def public(self, trusted: tuple[str, ...] = ()) -> AddressSet:
        """Return what of it is the internet.

        That is without private, shared, link-local, documentation, multicast and reserved space, and without the CIDR
        blocks of ``trusted``.
        """
        return self & internet(trusted)

    def share_of_internet(self, version: int, trusted: tuple[str, ...] = ()) -> Fraction:
        """Return its share of the internet of family 4 or 6, from 0 to 1."""
        whole = internet(trusted).size(version)
        return Fraction(self.public(trusted).size(version), whole) if whole else Fraction(0)

    def cidrs(self) -> tuple[str, ...]:
        """Return the fewest CIDR blocks that make up the set, IPv4 first, ascending."""
        blocks: list[str] = []
        for version, intervals in ((4, self.ipv4), (6, self.ipv6)):
            for interval in intervals:
                blocks += _blocks(version, interval)
        return tuple(blocks)


@lru_cache(maxsize=64)
def internet(trusted: tuple[str, ...] = ()) -> AddressSet:
    """Return all public addresses but the ``trusted`` ones."""
    outside = AddressSet.from_cidrs((*_NOT_PUBLIC[4], *_NOT_PUBLIC[6], *trusted))
    return AddressSet.everything() - outside


@lru_cache(maxsize=65536)
def _parsed(cidr: str) -> tuple[int, Interval]:
    parsed = ip_network(cidr, strict=False)
    return parsed.version, (int(parsed.network_address), int(parsed.broadcast_address))


def _blocks(version: int, interval: Interval) -> Iterable[str]:
    first, last = interval
    while first <= last:
        size = min((first & -first).bit_length() - 1 if first else _BITS[version], (last - first + 1).bit_length() - 1)
        pair = (first, _BITS[version] - size)
        yield str(IPv4Network(pair) if version == 4 else IPv6Network(pair))
        first += 1 << size


def public_addresses(cidrs: Iterable[str], trusted: tuple[str, ...] = ()) -> int:
    """Return how many public addresses the networks hold together, without those of ``trusted``.

    Raises ValueError for text that is no network.
    """
    public = AddressSet.from_cidrs(cidrs).public(trusted)
    return public.size(4) + public.size(6)


class Network(Struct, frozen=True):
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
    """Return a CIDR as numbers; None for text that is none (no provider and no EC2 accepts it)."""
    try:
        parsed = ip_network(cidr, strict=False)
    except ValueError:
        return None
    return Network(parsed.version, parsed.prefixlen, int(parsed.network_address))


class PortSet(Struct, frozen=True):
    """A set of TCP or UDP ports."""

    ranges: tuple[Interval, ...] = ()

    @classmethod
    def of(cls, *ranges: Interval) -> PortSet:
        """Return the ports of inclusive ranges, cut to 0 to 65535."""
        return cls(merge((max(first, 0), min(last, 65535)) for first, last in ranges))

    @classmethod
    def everything(cls) -> PortSet:
        """Return all ports."""
        return cls(((0, 65535),))

    def __or__(self, other: PortSet) -> PortSet:
        return PortSet(merge(self.ranges + other.ranges))

    def __and__(self, other: PortSet) -> PortSet:
        return PortSet(intersect(self.ranges, other.ranges))

    def __sub__(self, other: PortSet) -> PortSet:
        return PortSet(subtract(self.ranges, other.ranges))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and any(first <= port <= last for first, last in self.ranges)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __str__(self) -> str:
        return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in self.ranges)


class Reach(Struct, frozen=True):
    """What the rules of one group admit in one direction, by protocol: which addresses at which ports.

    ``bands`` are disjoint ranges of ports in ascending order, each with all addresses that its ports
    admit over all rules together. Rules that are not wholly known, that may not exist or
    whose peer is no CIDR are left out: what is here is certain.
    """

    direction: Direction
    bands: dict[str, tuple[tuple[Interval, AddressSet], ...]]
    """For ``tcp`` and ``udp``."""

    @classmethod
    def of(cls, rules: Iterable[Rule], direction: Direction) -> Reach:
        """Return the reach of the rules of one group in one direction."""
        pieces: dict[str, list[tuple[Interval, str]]] = {"tcp": [], "udp": []}
        for rule in rules:
            value = rule.peer.value
            if rule.direction != direction or rule.may_exist is not None or not isinstance(value, str):
                continue
            if not rule.peer.kind.startswith("cidr"):
                continue
            if rule.protocol == "all":
                for protocol in pieces:
                    pieces[protocol].append(((0, 65535), value))
            elif rule.protocol in ("tcp", "udp") and isinstance(rule.from_port, int) and isinstance(rule.to_port, int):
                pieces[str(rule.protocol)].append(((rule.from_port, rule.to_port), value))
        return cls(direction, {protocol: _bands(found) for protocol, found in pieces.items()})

    def ports(
        self, protocol: str, version: int, share: Fraction, trusted: tuple[str, ...] = ()
    ) -> tuple[tuple[Interval, Fraction], ...]:
        """Return the ranges of ports open to at least ``share`` of the internet of family 4 or 6, with their share."""
        found = []
        for interval, addresses in self.bands.get(protocol, ()):
            own = addresses.share_of_internet(version, trusted)
            if own and own >= share:
                found.append((interval, own))
        return tuple(found)

    def addresses(self, protocol: str, port: int) -> AddressSet:
        """Return all addresses that are admitted to one port."""
        for (first, last), addresses in self.bands.get(protocol, ()):
            if first <= port <= last:
                return addresses
        return AddressSet()


def _bands(pieces: list[tuple[Interval, str]]) -> tuple[tuple[Interval, AddressSet], ...]:
    """Cut ranges of ports where any begins or ends, and sum up the networks of each range."""
    cuts = sorted({first for (first, _), _ in pieces} | {last + 1 for (_, last), _ in pieces})
    bands: list[tuple[Interval, AddressSet]] = []
    for start, end in pairwise(cuts):
        cidrs = [cidr for (first, last), cidr in pieces if first <= start and end - 1 <= last]
        if not cidrs:
            continue
        addresses = AddressSet.from_cidrs(cidrs)
        if bands and bands[-1][1] == addresses and bands[-1][0][1] + 1 == start:
            bands[-1] = ((bands[-1][0][0], end - 1), addresses)
        else:
            bands.append(((start, end - 1), addresses))
    return tuple(bands)
