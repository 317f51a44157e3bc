"""The content of a rule as a key, so that equal rules are equal however they are spelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from sgwarden.model import jsonable
from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Unknown

Key = tuple[Any, ...]
"""Direction, protocol, ports, kind of peer, peer: all known."""

_FOREIGN = re.compile(r"(\d{12})/(sg-[0-9A-Za-z]+)")


def settled(rule: Rule, group_id: str, account: str | None, named: Callable[[str], str | None]) -> Rule:
    """``rule`` with its peer as EC2 tells it: its own group is ``self``, the own account is left out, names
    (which groups of a default VPC may be told by) are ids where ``named`` knows them."""
    value = rule.peer.value
    if rule.peer.kind != "security_group" or not isinstance(value, str):
        return rule
    foreign = _FOREIGN.fullmatch(value)
    identity = foreign[2] if foreign is not None and foreign[1] == account else value
    if not identity.startswith("sg-") and foreign is None:
        identity = named(identity) or identity
    if identity == group_id:
        return replace(rule, peer=Peer("self", None))
    return rule if identity == value else replace(rule, peer=Peer("security_group", identity))


def key(rule: Rule) -> Key:
    """The content of a rule; only for rules that ``unknown`` says None of."""
    return (rule.direction, rule.protocol, rule.from_port, rule.to_port, rule.peer.kind, rule.peer.value)


def unknown(rule: Rule) -> Unknown | None:
    """The first thing about a rule's content or existence that is not known."""
    if (
        type(rule.peer.value) is not Unknown and rule.may_exist is None and type(rule.protocol) is not Unknown
        and type(rule.from_port) is not Unknown and type(rule.to_port) is not Unknown
    ):  # fmt: skip
        return None
    for item in (rule.may_exist, rule.protocol, rule.from_port, rule.to_port, rule.peer.value):
        if type(item) is Unknown:
            return item
    return None


def without_account(content: Key) -> Key:
    """The key with the account of a referenced group left out: ids of groups are unique."""
    if content[4] == "security_group" and isinstance(content[5], str) and "/" in content[5]:
        return (*content[:5], content[5].rpartition("/")[2])
    return content


def may_be(declared: Rule, live: Rule) -> bool:
    """Whether a declared rule that is not wholly known may turn out to be a live one."""
    if declared.direction != live.direction:
        return False
    for own, other in (
        (declared.protocol, live.protocol),
        (declared.from_port, live.from_port),
        (declared.to_port, live.to_port),
    ):
        if type(own) is not Unknown and own != other and type(declared.protocol) is not Unknown:
            return False
    if type(declared.peer.value) is Unknown:
        wholly = type(declared.protocol) is Unknown
        return wholly or declared.peer.kind == live.peer.kind or {declared.peer.kind, live.peer.kind} == _GROUPS
    return declared.peer == live.peer


_GROUPS = {"security_group", "self"}
"""An unknown group may turn out to be the own one."""


def document(rule: Rule, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The rule as plain values; fields of ``hidden`` and sensitive ones are not shown."""
    shown = replace(rule, sensitive=rule.sensitive | hidden) if hidden - rule.sensitive else rule
    content = jsonable.rule_traffic(shown)
    content["description"] = (
        dict(jsonable.SENSITIVE) if "description" in shown.sensitive else jsonable.value(rule.description)
    )
    content["id"] = rule.id
    return content


def words(rule: Rule, hidden: frozenset[str] = frozenset()) -> str:
    """``ingress tcp 22 from 0.0.0.0/0``."""
    concealed = rule.sensitive | hidden

    def text(name: str, value: Any) -> str:
        if name in concealed:
            return "(sensitive)"
        return f"(unknown: {value.reason})" if isinstance(value, Unknown) else "" if value is None else str(value)

    low, high = text("from_port", rule.from_port), text("to_port", rule.to_port)
    protocol = "all traffic" if rule.protocol == "all" else text("protocol", rule.protocol)
    if str(rule.protocol).startswith("icmp"):
        ports = " ".join(f"{name} {number}" for name, number in (("type", low), ("code", high)) if number != "-1")
    else:
        ports = low if low == high else f"{low}-{high}"
    peer = "the group itself" if rule.peer.kind == "self" else text("peer", rule.peer.value)
    arrow = "from" if rule.direction == "ingress" else "to"
    return " ".join(part for part in (rule.direction, protocol, ports, arrow, peer) if part)
