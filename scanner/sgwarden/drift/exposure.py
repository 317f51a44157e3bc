"""Whether a difference changes what a group admits, and whether it opens it to the internet.

Exposure is a question about sets: a range that was split, or a rule in the shadow of a wider one, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.model.addresses import AddressSet, Reach, internet
from sgwarden.model.rules import Entries, expand_prefix_list, first_unknown
from sgwarden.model.security_groups import Direction, Peer, Rule

_LARGE = {4: 8, 6: 16}
"""Prefix lengths: a range with as many public addresses as such a network is taken for the internet, as in
``sgwarden.settings``."""


class Exposure(Struct):
    """What the rules of one side of one group admit."""

    rules: list[Rule]
    entries: Entries
    """CIDR blocks of prefix lists by id, where they are all known."""
    _reach: dict[Direction, Reach] = field(default_factory=dict)
    _expanded: dict[Direction, list[Rule]] = field(default_factory=dict)

    def covers(self, rule: Rule) -> bool:
        """Return whether everything that ``rule`` admits is admitted by these rules together."""
        return all(self._covers(piece) for piece in expand_prefix_list(rule, self.entries))

    def open_at(self, rule: Rule) -> bool:
        """Return whether any port that ``rule`` is about is open to the internet, over all rules together."""
        if rule.direction != "ingress":
            return False
        if rule.protocol in ("tcp", "udp", "all"):
            protocols = ("tcp", "udp") if rule.protocol == "all" else (str(rule.protocol),)
            low, high = (0, 65535) if rule.protocol == "all" else (rule.from_port, rule.to_port)
            for protocol in protocols:
                for (first, last), addresses in self.reach(rule.direction).bands[protocol]:
                    if (
                        isinstance(low, int)
                        and isinstance(high, int)
                        and first <= high
                        and low <= last
                        and wide(addresses)
                    ):
                        return True
            if rule.protocol != "all":
                return False
        same = [each for each in self.expanded(rule.direction) if _traffic_covers(each, rule)]
        return wide(AddressSet.from_cidrs(str(each.peer.value) for each in same if each.peer.kind.startswith("cidr")))

    def reach(self, direction: Direction) -> Reach:
        """Return what TCP and UDP rules admit by ports; computed once."""
        found = self._reach.get(direction)
        if found is None:
            found = self._reach[direction] = Reach.of(self.expanded(direction), direction)
        return found

    def expanded(self, direction: Direction) -> list[Rule]:
        """Return the known rules of one direction, prefix lists as their entries."""
        found = self._expanded.get(direction)
        if found is None:
            found = self._expanded[direction] = [
                piece
                for rule in self.rules
                if rule.direction == direction and first_unknown(rule) is None
                for piece in expand_prefix_list(rule, self.entries)
            ]
        return found

    def _covers(self, rule: Rule) -> bool:
        if first_unknown(rule) is not None:
            return False
        ported = rule.protocol in ("tcp", "udp") and isinstance(rule.from_port, int) and isinstance(rule.to_port, int)
        if rule.peer.kind.startswith("cidr"):
            wanted = AddressSet.from_cidrs([str(rule.peer.value)])
            if ported:
                return self._bands_cover(rule, wanted)
            others = [each for each in self.expanded(rule.direction) if _traffic_covers(each, rule)]
            cidrs = [str(each.peer.value) for each in others if each.peer.kind.startswith("cidr")]
            return AddressSet.from_cidrs(cidrs).covers(wanted)
        same = [each for each in self.expanded(rule.direction) if each.peer == rule.peer]
        if not ported:
            return any(_traffic_covers(each, rule) for each in same)
        pieces = [each for each in same if each.protocol in (rule.protocol, "all")]
        stand_ins = [replace(each, peer=Peer("cidr_ipv4", "10.0.0.0/32")) for each in pieces]
        return Exposure(stand_ins, {})._bands_cover(rule, AddressSet.from_cidrs(["10.0.0.0/32"]))

    def _bands_cover(self, rule: Rule, wanted: AddressSet) -> bool:
        assert isinstance(rule.from_port, int)
        assert isinstance(rule.to_port, int)
        at = rule.from_port
        for (first, last), addresses in self.reach(rule.direction).bands[str(rule.protocol)]:
            if last < at:
                continue
            if first > at or not addresses.covers(wanted):
                return False
            at = last + 1
            if at > rule.to_port:
                return True
        return at > rule.to_port


def wide(addresses: AddressSet) -> bool:
    """Return whether a set holds so much of the internet that it is the internet."""
    return any(
        addresses.public().size(version) * 2**prefix >= 2**bits
        for version, prefix, bits in ((4, _LARGE[4], 32), (6, _LARGE[6], 128))
    )


def _traffic_covers(wider: Rule, rule: Rule) -> bool:
    """Return whether protocol and ports of one rule hold those of another."""
    if wider.protocol == "all":
        return True
    if wider.protocol != rule.protocol:
        return False
    if rule.protocol in ("icmp", "icmpv6"):
        return wider.from_port == -1 or (
            wider.from_port == rule.from_port and (wider.to_port == -1 or wider.to_port == rule.to_port)
        )
    if rule.protocol in ("tcp", "udp"):
        return bool(
            isinstance(wider.from_port, int) and isinstance(wider.to_port, int)
            and isinstance(rule.from_port, int) and isinstance(rule.to_port, int)
            and wider.from_port <= rule.from_port and rule.to_port <= wider.to_port
        )  # fmt: skip
    return True


def changes(before: Exposure, after: Exposure, removed: Iterable[Rule], added: Iterable[Rule]) -> bool:
    """Return whether what ``before`` admits changes without ``removed`` and with ``added``."""
    return any(not before.covers(rule) for rule in added) or any(not after.covers(rule) for rule in removed)


def opens(before: Exposure, after: Exposure, added: Iterable[Rule]) -> bool:
    """Return whether a rule of ``added`` makes a port reachable from the internet that was not."""
    return any(
        after.open_at(rule) and _contributes(rule, after) and not (before.open_at(rule) and before.covers(rule))
        for rule in added
    )


def _contributes(rule: Rule, after: Exposure) -> bool:
    """Return whether the rule itself admits public addresses."""
    pieces = [each for each in expand_prefix_list(rule, after.entries) if each.peer.kind.startswith("cidr")]
    known = [str(each.peer.value) for each in pieces if isinstance(each.peer.value, str)]
    return bool(AddressSet.from_cidrs(known) & internet())
