"""What a change makes reachable: per group and ports, who is admitted before and after.

Exposure is a question about sets. A rule that moved, was split or lies in the shadow of another one changes
nothing, and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from sgwarden.findings import ExposureChange
from sgwarden.gate.finding_key import Side, name_of
from sgwarden.model.addresses import AddressSet, Interval, PortSet, Reach
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.rules import peer_text, rule_identity, traffic_text
from sgwarden.model.security_groups import Rule, SecurityGroup

_WHOLE = {"0.0.0.0/0": "all of IPv4 (0.0.0.0/0)", "::/0": "all of IPv6 (::/0)"}
_MOST = 8
"""Sources of one cell that are named."""

_Key = tuple[str, str]
_Sources = tuple[str, ...]


def changes(before: Sequence[Infrastructure], after: Sequence[Infrastructure]) -> tuple[ExposureChange, ...]:
    """Return the ingress that differs, by root, group and ports; moved groups are matched first."""
    old, new = _by_group(before), _by_group(after)
    groups = {(each.source.path, group.address): group for each in (*before, *after) for group in each.security_groups}
    found: list[ExposureChange] = []
    pairs = _pairs(old, new, groups, Side.of(before), Side.of(after))
    for was, is_ in pairs:
        root, address = is_ or was or ("", "")
        name = name_of(groups[root, address]) if (root, address) in groups else address
        for traffic, sources_before, sources_after, opens in _differences(
            old.get(was, ()) if was else (), new.get(is_, ()) if is_ else ()
        ):
            found.append(ExposureChange(root, address, name, traffic, sources_before, sources_after, opens))
    return tuple(found)


def _by_group(infrastructures: Iterable[Infrastructure]) -> dict[_Key, list[Rule]]:
    found: dict[_Key, list[Rule]] = {}
    for each in infrastructures:
        names = {group.address: f"group {name_of(group)}" for group in each.security_groups}
        for address in names:
            found.setdefault((each.source.path, address), [])
        for rule in each.rules:
            if rule.direction == "ingress" and isinstance(rule.security_group, str):
                found.setdefault((each.source.path, rule.security_group), []).append(_named(rule, names))
    return found


def _named(rule: Rule, names: Mapping[str, str]) -> Rule:
    """Return the rule with the group that it admits called by its name, which stays when the code moves."""
    if rule.peer.kind != "security_group" or rule.peer.value not in names:
        return rule
    return replace(rule, peer=replace(rule.peer, value=names[str(rule.peer.value)]))


def _pairs(
    old: dict[_Key, list[Rule]], new: dict[_Key, list[Rule]], groups: dict[_Key, SecurityGroup], base: Side, head: Side
) -> list[tuple[_Key | None, _Key | None]]:
    """Pair each group with itself before the change: by address, else by name."""
    pairs: list[tuple[_Key | None, _Key | None]] = [(key, key) for key in new if key in old]
    gone = [key for key in sorted(old.keys() - new.keys()) if key in groups]
    come = [key for key in sorted(new.keys() - old.keys()) if key in groups]
    for across in (False, True):  # first within a root module, or with one that moved
        for key in list(come):
            same = [was for was in gone if name_of(groups[was]) == name_of(groups[key])]
            if not across:
                place = key[0] if key[0] in base.roots else ""
                same = [was for was in same if (was[0] if was[0] in head.roots else "") == place]
            else:
                same = [was for was in same if not head.lacks_more(was[0], base)]
            if same:
                pairs.append((same[0], key))
                gone.remove(same[0])
                come.remove(key)
    met = {key for _, key in pairs}
    pairs += [(None, key) for key in new if key not in met]
    paired = {was for was, _ in pairs}
    pairs += [(key, None) for key in old if key not in paired]
    return sorted(pairs, key=lambda pair: pair[1] or pair[0] or ("", ""))


def _differences(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[tuple[str, _Sources, _Sources, bool]]:
    rows: dict[tuple[_Sources, _Sources, bool], dict[str, list[Interval]]] = {}
    reach = (Reach.of(filter(_is_plain, old), "ingress"), Reach.of(filter(_is_plain, new), "ingress"))
    for protocol in ("tcp", "udp"):
        for interval, was, is_ in _bands(reach[0], reach[1], protocol):
            row = (_cidr_names(was), _cidr_names(is_), bool((is_ - was).public()))
            rows.setdefault(row, {}).setdefault(protocol, []).append(interval)
    for (was_shown, is_shown, opens), found in rows.items():
        for protocols, ports in _join_protocols(found):
            yield f"{protocols} {ports}", was_shown, is_shown, opens
    yield from _other_changes(old, new)


def _join_protocols(found: dict[str, list[Interval]]) -> Iterator[tuple[str, str]]:
    ports = {protocol: str(PortSet.of(*intervals)) for protocol, intervals in found.items()}
    if len(ports) == 2 and ports["tcp"] == ports["udp"]:
        yield "tcp and udp", ports["tcp"]
    else:
        yield from ports.items()


def _bands(before: Reach, after: Reach, protocol: str) -> Iterator[tuple[Interval, AddressSet, AddressSet]]:
    """Return ranges of ports whose addresses differ, cut wherever either side changes."""
    sides = (before.bands.get(protocol, ()), after.bands.get(protocol, ()))
    cuts = {first for side in sides for (first, _), _ in side} | {last + 1 for side in sides for (_, last), _ in side}
    ordered = sorted(cuts)
    for first, following in pairwise(ordered):
        was, is_ = before.addresses(protocol, first), after.addresses(protocol, first)
        if was != is_:
            yield (first, following - 1), was, is_


def _other_changes(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[tuple[str, _Sources, _Sources, bool]]:
    """Compare rules beyond addresses and ports: other protocols, groups, prefix lists, unknown ones."""
    sides: list[dict[tuple[str, str], None]] = []
    for rules in (old, new):
        others = [rule for rule in rules if not _is_plain(rule) or not _has_ports(rule)]
        sides.append({(_traffic(rule), _peer(rule)): None for rule in sorted(others, key=rule_identity)})
    for traffic in dict.fromkeys(traffic for side in sides for traffic, _ in side):
        was, is_ = ([peer for t, peer in side if t == traffic] for side in sides)
        if was != is_:
            opens = any(peer in _WHOLE.values() and peer not in was for peer in is_)
            yield traffic, _shorten(was), _shorten(is_), opens


def _is_plain(rule: Rule) -> bool:
    """Return whether ``Reach`` holds all of a rule, and all of it may be shown."""
    known = not rule.sensitive and rule.may_exist is None and isinstance(rule.peer.value, str)
    ports = rule.protocol == "all" or (isinstance(rule.from_port, int) and isinstance(rule.to_port, int))
    return known and ports and isinstance(rule.protocol, str) and rule.peer.kind.startswith("cidr")


def _has_ports(rule: Rule) -> bool:
    return rule.protocol in ("tcp", "udp")


def _traffic(rule: Rule) -> str:
    """Return protocol and ports in words; of all protocols, ``Reach`` holds TCP and UDP."""
    if rule.protocol == "all" and _is_plain(rule):
        return "other protocols"
    return traffic_text(rule)


def _peer(rule: Rule) -> str:
    peer = peer_text(rule)
    return _WHOLE.get(peer, peer) + (" (may exist)" if rule.may_exist is not None else "")


def _cidr_names(addresses: AddressSet) -> _Sources:
    return _shorten([_WHOLE.get(cidr, cidr) for cidr in addresses.cidrs()])


def _shorten(names: Sequence[str]) -> _Sources:
    if len(names) <= _MOST:
        return tuple(names)
    return (*names[: _MOST - 1], f"{len(names) - _MOST + 1} more")
