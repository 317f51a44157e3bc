"""Whether a rule meets the criteria of a declarative policy, in three values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.model import traffic
from sgwarden.model.addresses import AddressSet, PortSet
from sgwarden.model.globs import covers, matches
from sgwarden.model.truth import Maybe, Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure, PrefixList
    from sgwarden.model.security_groups import Rule, SecurityGroup
    from sgwarden.settings import Settings

ANY, INTERNET, WHOLE_INTERNET = "any", "internet", "whole-internet"
ALL_UNKNOWN = "*"
"""The key of tags that are unknown as a whole."""
KINDS = ("self", "security_group", "prefix_list")


class Criteria(Struct, frozen=True):
    """Criteria of a rule, all of which it must meet; an empty one is met by every rule."""

    direction: str | None = None
    protocols: tuple[str, ...] = ()
    ports: PortSet | None = None
    peers: tuple[str, ...] = ()
    """CIDR blocks, ANY, INTERNET, WHOLE_INTERNET, KINDS, and globs of ids and addresses."""
    except_peers: tuple[str, ...] = ()
    """CIDR blocks, KINDS, and globs of ids and addresses."""
    groups: tuple[str, ...] = ()
    """Globs of addresses, ids and names."""
    except_groups: tuple[str, ...] = ()
    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Tags of the group: key and globs of the value, one of which must match."""


class Matcher:
    """Compares the rules of one infrastructure with criteria."""

    def __init__(self, criteria: Criteria, infrastructure: Infrastructure, settings: Settings) -> None:
        self._criteria = criteria
        self._settings = settings
        self._groups = {group.address: group for group in infrastructure.security_groups}
        self._groups |= {group.id: group for group in infrastructure.security_groups if group.id}
        self._lists = {entry.address: entry for entry in infrastructure.prefix_lists}
        self._lists |= {entry.id: entry for entry in infrastructure.prefix_lists if entry.id}
        self._except = AddressSet.from_cidrs(one for one in criteria.except_peers if is_cidr(one))

    def meets(self, rule: Rule) -> Truth:
        """Return whether the rule exists and meets every criterion."""
        if self._criteria.direction not in (None, rule.direction):
            return False
        return all_of(
            traffic.exists(rule), self._protocol(rule), self._ports(rule), self._group(rule), self._tags(rule), self._peer(rule)
        )  # fmt: skip

    def _protocol(self, rule: Rule) -> Truth:
        if not self._criteria.protocols or rule.protocol == "all":
            return True
        if isinstance(rule.protocol, Unknown):
            return unless_known(rule.protocol)
        return rule.protocol in self._criteria.protocols

    def _ports(self, rule: Rule) -> Truth:
        ports = self._criteria.ports
        if ports is None or rule.protocol == "all":
            return True
        if not isinstance(rule.protocol, Unknown) and rule.protocol not in ("tcp", "udp"):
            return False
        met = _overlap(rule, ports)
        if isinstance(rule.protocol, Unknown) and not (met is False and traffic.cannot_be_all(rule)):
            return unless_known(rule.protocol)
        return met

    def _group(self, rule: Rule) -> Truth:
        criteria = self._criteria
        if not criteria.groups and not criteria.except_groups:
            return True
        if isinstance(rule.security_group, Unknown):
            return unless_known(rule.security_group)
        group = self._groups.get(rule.security_group)
        named = self._named(rule.security_group, group, criteria.groups) if criteria.groups else True
        excepted = self._named(rule.security_group, group, criteria.except_groups) if criteria.except_groups else False
        return all_of(named, negated(excepted))

    def _named(self, address: str, group: SecurityGroup | None, globs: tuple[str, ...]) -> Truth:
        truths: list[Truth] = [any(covers(glob, address) for glob in globs)]
        if group is not None:
            for name in (group.id, group.name):
                if isinstance(name, Unknown):
                    truths.append(unless_known(name))
                elif name is not None:
                    truths.append(any(matches(glob, name) for glob in globs))
        return any_of(*truths)

    def _tags(self, rule: Rule) -> Truth:
        if not self._criteria.tags:
            return True
        if isinstance(rule.security_group, Unknown):
            return unless_known(rule.security_group)
        group = self._groups.get(rule.security_group)
        if group is None:
            return Maybe((f"the tags of {rule.security_group}, which is not in this input",))
        return all_of(*(_tagged(group.tags, key, globs) for key, globs in self._criteria.tags))

    def _peer(self, rule: Rule) -> Truth:
        criteria = self._criteria
        excepted = any_of(*(self._is(rule, one) for one in criteria.except_peers if not is_cidr(one)))
        addresses = self._addresses(rule)
        if isinstance(addresses, Maybe):
            left: Truth = addresses if self._except else True
        else:
            addresses = None if addresses is None else addresses - self._except
            left = addresses is None or bool(addresses)
        covered = any_of(*(self._covers(rule, one, addresses) for one in criteria.peers)) if criteria.peers else True
        return all_of(covered, left, negated(excepted))

    def _covers(self, rule: Rule, one: str, addresses: AddressSet | Maybe | None) -> Truth:
        if one == ANY:
            return True
        if one in KINDS or not (one in (INTERNET, WHOLE_INTERNET) or is_cidr(one)):
            return self._is(rule, one)
        if addresses is None:
            return False
        if one == WHOLE_INTERNET:
            return self._whole(rule, addresses)
        if isinstance(addresses, Maybe):
            return addresses
        if one == INTERNET:
            return bool(addresses.public(self._settings.trusted_cidrs))
        return bool(addresses & AddressSet.from_cidrs((one,)))

    def _whole(self, rule: Rule, addresses: AddressSet | Maybe) -> Truth:
        if rule.peer.kind != "prefix_list":
            return traffic.peer_is_internet(rule)
        if isinstance(addresses, Maybe):
            return addresses
        return any(cidr in addresses for cidr in traffic.WHOLE_INTERNET)

    def _is(self, rule: Rule, name: str) -> Truth:
        """Return whether the peer is of a kind, or is a group or list of that name."""
        if name in KINDS:
            return rule.peer.kind == name
        if rule.peer.kind not in ("security_group", "prefix_list"):
            return False
        if isinstance(rule.peer.value, Unknown):
            return unless_known(rule.peer.value)
        known = self._groups if rule.peer.kind == "security_group" else self._lists
        other = known.get(str(rule.peer.value))
        names = {str(rule.peer.value)} | ({other.address, other.id or ""} if other is not None else set())
        return any(covers(name, each) for each in names if each)

    def _addresses(self, rule: Rule) -> AddressSet | Maybe | None:
        """Return the addresses of a peer; None for peers that have none of their own."""
        value = rule.peer.value
        if rule.peer.kind in ("self", "security_group") or value is None:
            return None
        if isinstance(value, Unknown):
            return unless_known(value)
        if rule.peer.kind != "prefix_list":
            return AddressSet.from_cidrs((value,))
        return _entries(self._lists.get(value), value)


def _entries(known: PrefixList | None, name: str) -> AddressSet | Maybe:
    if known is None:
        return Maybe((f"the entries of prefix list {name}, which is not in this input",))
    if isinstance(known.cidrs, Unknown):
        return unless_known(known.cidrs)
    unknown = [cidr for cidr in known.cidrs if isinstance(cidr, Unknown)]
    return unless_known(*unknown) if unknown else AddressSet.from_cidrs(str(cidr) for cidr in known.cidrs)


def _overlap(rule: Rule, ports: PortSet) -> Truth:
    """Return whether a rule's range holds any of the ports; it holds a known end in any case."""
    low = 0 if rule.from_port in (None, -1) else rule.from_port
    high = 65535 if rule.to_port in (None, -1) else rule.to_port
    if low in ports or high in ports:
        return True
    first = low if isinstance(low, int) else 0
    last = high if isinstance(high, int) else 65535
    if not PortSet.of((first, last)) & ports:
        return False
    return True if isinstance(low, int) and isinstance(high, int) else unless_known(low, high)


def _tagged(tags: Mapping[str, str | Unknown], key: str, globs: tuple[str, ...]) -> Truth:
    value = tags.get(key, tags.get(ALL_UNKNOWN))
    if isinstance(value, Unknown):
        return unless_known(value)
    return value is not None and any(matches(glob, value) for glob in globs)


def negated(truth: Truth) -> Truth:
    """Return Kleene's "not"."""
    return truth if isinstance(truth, Maybe) else not truth


def is_cidr(text: str) -> bool:
    """Return True if a peer is written as a CIDR block: only those hold a slash."""
    return "/" in text
