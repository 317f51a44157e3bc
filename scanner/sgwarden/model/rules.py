"""What a rule says of itself: its key, its text, its unknown parts, its ports and its group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Union

from msgspec.structs import replace

from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Unknown

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure

RuleKey = tuple[Union[str, int, Unknown, None], ...]
"""Direction, protocol, first and last port, kind of peer, peer."""
Entries = Mapping[str, tuple[str, ...]]
"""CIDR blocks of prefix lists by id (and address), where all of a list are known."""

LAST_PORT = 65535
_KEY_FIELDS = ("direction", "protocol", "from_port", "to_port", "kind", "peer")
_GROUP_OF_ACCOUNT = re.compile(r"(\d{12})/(sg-[0-9A-Za-z]+)")


def rule_key(rule: Rule) -> RuleKey:
    """Return what identifies a rule of its group: equal rules have equal keys, however they are written."""
    return (rule.direction, rule.protocol, rule.from_port, rule.to_port, rule.peer.kind, rule.peer.value)


def rule_identity(rule: Rule) -> tuple[str, ...]:
    """Return the key as texts, with ``(unknown)`` and ``(sensitive)`` in place of such values.

    Baselines and fingerprints of findings are made of it: its form must not change.
    """
    return tuple(
        "(sensitive)" if name in rule.sensitive
        else "(unknown)" if isinstance(value, Unknown)
        else "" if value is None
        else str(value)
        for name, value in zip(_KEY_FIELDS, rule_key(rule), strict=True)
    )  # fmt: skip


def first_unknown(rule: Rule) -> Unknown | None:
    """Return the first unknown of the rule's existence and key; None if it exists and is wholly known."""
    if (
        type(rule.peer.value) is not Unknown and rule.may_exist is None and type(rule.protocol) is not Unknown
        and type(rule.from_port) is not Unknown and type(rule.to_port) is not Unknown
    ):  # fmt: skip
        return None
    return next(_unknown_parts(rule), None)


def unknown_reasons(rule: Rule) -> tuple[str, ...]:
    """Return why the rule's existence and key are not wholly known; empty if they are."""
    return tuple(dict.fromkeys(part.reason for part in _unknown_parts(rule)))


def _unknown_parts(rule: Rule) -> Iterator[Unknown]:
    for part in (rule.may_exist, rule.protocol, rule.from_port, rule.to_port, rule.peer.value):
        if isinstance(part, Unknown):
            yield part


def effective_ports(
    from_port: int | Unknown | None, to_port: int | Unknown | None
) -> tuple[int | Unknown, int | Unknown]:
    """Return the first and the last port that a TCP or UDP rule admits: all of them if it names none."""
    low = 0 if from_port is None or from_port == -1 else from_port
    high = LAST_PORT if to_port is None or to_port == -1 else to_port
    return low, high


def with_effective_ports(rule: Rule) -> Rule:
    """Return the rule with its effective ports written out where its protocol has ports."""
    if rule.protocol not in ("tcp", "udp"):
        return rule
    low, high = effective_ports(rule.from_port, rule.to_port)
    return replace(rule, from_port=low, to_port=high)


def canonical_peer(
    rule: Rule, group_id: str | None, account: str | None, id_by_name: Callable[[str], str | None]
) -> Rule:
    """Return the rule with its peer as EC2 describes it.

    The rule's own group is ``self``, the own account is left out, and a name (groups of a default VPC may be
    referred to by name) is an id where ``id_by_name`` knows it.
    """
    value = rule.peer.value
    if rule.peer.kind != "security_group" or not isinstance(value, str):
        return rule
    qualified = _GROUP_OF_ACCOUNT.fullmatch(value)
    peer_id = qualified[2] if qualified is not None and qualified[1] == account else value
    if not peer_id.startswith("sg-") and qualified is None:
        peer_id = id_by_name(peer_id) or peer_id
    if peer_id == group_id:
        return replace(rule, peer=Peer("self", None))
    return rule if peer_id == value else replace(rule, peer=Peer("security_group", peer_id))


def expand_prefix_list(rule: Rule, entries: Entries) -> list[Rule]:
    """Return a rule about a prefix list as one rule for each entry, if all entries are known."""
    if rule.peer.kind != "prefix_list" or rule.peer.value not in entries:
        return [rule]
    return [
        replace(rule, peer=Peer("cidr_ipv6" if ":" in cidr else "cidr_ipv4", cidr))
        for cidr in entries[str(rule.peer.value)]
    ]


# text: the one printed form of a rule


def rule_text(rule: Rule, hidden: frozenset[str] = frozenset()) -> str:
    """Return the rule in words: ``ingress tcp 22 from 0.0.0.0/0``.

    Fields of ``hidden`` and sensitive ones are not shown.
    """
    arrow = "from" if rule.direction == "ingress" else "to"
    return f"{rule.direction} {traffic_text(rule, hidden)} {arrow} {peer_text(rule, hidden)}"


def rule_text_with_reasons(rule: Rule) -> str:
    """Return the rule in words and why parts are unknown: ``...; unknown: variable "a" has no value``."""
    reasons = unknown_reasons(replace(rule, may_exist=None))
    return rule_text(rule) + (f"; unknown: {'; '.join(reasons)}" if reasons else "")


def traffic_text(rule: Rule, hidden: frozenset[str] = frozenset()) -> str:
    """Return protocol and ports in words: ``tcp 22``, ``icmp type 8``, ``all protocols``."""
    if "protocol" in rule.sensitive or "protocol" in hidden:
        protocol = "(sensitive protocol)"
    elif isinstance(rule.protocol, Unknown):
        protocol = "an unknown protocol"
    elif rule.protocol == "all":
        protocol = "all protocols"
    else:
        protocol = f"protocol {rule.protocol}" if rule.protocol.isdigit() else rule.protocol
    ports = _ports_text(rule, hidden)
    return f"{protocol} {ports}" if ports else protocol


def _ports_text(rule: Rule, hidden: frozenset[str]) -> str:
    """Return the ports, or ICMP type and code, in words; empty for all."""
    if not {"from_port", "to_port"}.isdisjoint(rule.sensitive | hidden):
        return "(sensitive)"
    low, high = rule.from_port, rule.to_port
    if rule.protocol in {"icmp", "icmpv6"}:
        if low in (None, -1):
            return ""
        return f"type {_number_text(low)}" + ("" if high in (None, -1) else f" code {_number_text(high)}")
    if (low is None and high is None) or rule.protocol == "all":
        return ""
    if isinstance(low, Unknown) and isinstance(high, Unknown):
        return "unknown ports"
    same = low == high and not isinstance(low, Unknown)
    return _number_text(low) if same else f"{_number_text(low)}-{_number_text(high)}"


def _number_text(value: int | Unknown | None) -> str:
    return "?" if isinstance(value, Unknown) or value is None else str(value)


def peer_text(rule: Rule, hidden: frozenset[str] = frozenset()) -> str:
    """Return the other end of a rule in words."""
    if rule.peer.kind == "self":
        return "the group itself"
    if "peer" in rule.sensitive or "peer" in hidden:
        return "a sensitive address" if rule.peer.kind.startswith("cidr") else "a sensitive peer"
    if isinstance(rule.peer.value, Unknown):
        kinds = {"prefix_list": "a prefix list", "security_group": "a security group"}
        return f"{kinds.get(rule.peer.kind, 'an address')} that is unknown"
    return str(rule.peer.value)


# the group of a rule


def group_of(rule: Rule) -> str | None:
    """Return the address or id of the rule's group; None if it is not known."""
    return rule.security_group if isinstance(rule.security_group, str) else None


def rules_by_group(infrastructure: Infrastructure) -> dict[str, list[Rule]]:
    """Return the rules whose group is known, by its address or id, in the order of the model."""
    groups: dict[str, list[Rule]] = {}
    for rule in infrastructure.rules:
        if isinstance(rule.security_group, str):
            groups.setdefault(rule.security_group, []).append(rule)
    return groups


def rules_of_unknown_group(infrastructure: Infrastructure) -> list[Rule]:
    """Return the rules that may belong to any group."""
    return [rule for rule in infrastructure.rules if isinstance(rule.security_group, Unknown)]
