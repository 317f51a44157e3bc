"""Decode one place of a snapshot, fact by fact when one of them is malformed, and check what its texts mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields, replace

from sgwarden.model.infrastructure import Infrastructure, NetworkAclRule, PrefixList, Skipped, Source
from sgwarden.model.monitoring import Monitoring
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.sources.resources import normalize
from sgwarden.sources.resources.attribute_reader import MalformedAttribute
from sgwarden.sources.snapshot.codec import Malformed, decode, encode


def decoded(content: Mapping[str, Any], source: Source, place: str) -> Infrastructure:
    """Return the place; facts that are malformed are left out, named in ``skipped``, and their kind is unread."""
    try:
        found: Infrastructure = _decode(Infrastructure, {"source": encode(source), **content})
        return replace(found, source=source)
    except Malformed:
        losses: list[_Loss] = []
        values = _fields(Infrastructure, content, place, losses)
        return _without(Infrastructure(**{**values, "source": source}), losses)


def checked(found: Infrastructure, place: str) -> Infrastructure:
    """Return the place without facts whose texts mean nothing, such as a peer that is no network."""
    losses: list[_Loss] = []
    facts = {name: tuple(_checked(getattr(found, name), name, place, losses)) for name in _MEANINGS}
    if all(facts[name] == getattr(found, name) for name in facts):
        return found
    return _without(replace(found, **facts), losses)


def _without(found: Infrastructure, losses: list[_Loss]) -> Infrastructure:
    unread = {loss.kind for loss in losses if loss.kind in Infrastructure.__struct_fields__}
    chain = replace(found.monitoring, complete=False) if "monitoring" in unread else found.monitoring
    skipped = (*found.skipped, *(Skipped(loss.what, loss.reason) for loss in losses))
    return replace(found, skipped=skipped, unread=found.unread | unread, monitoring=chain)


_R = TypeVar("_R", Rule, NetworkAclRule)


class _Loss(Struct, frozen=True):
    kind: str
    """Name of the field of Infrastructure that lacks something."""
    what: str
    reason: str


def _decode(hint: Any, data: object) -> Any:
    try:
        return decode(hint, data)
    except (TypeError, KeyError, AttributeError, ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def _fields(cls: Any, content: Mapping[str, Any], place: str, losses: list[_Loss], kind: str = "") -> dict[str, Any]:
    """Return the fields of a struct that can be decoded, lists without their malformed elements."""
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    for each in fields(cls):
        name = each.name
        if name not in content or name == "source":
            continue
        hint, data, where = hints[name], content[name], f"{place}.{name}"
        if hint is Monitoring and isinstance(data, dict):
            values[name] = Monitoring(**_fields(Monitoring, data, where, losses, name))
            continue
        part = get_args(hint)[0] if get_origin(hint) is tuple and get_args(hint)[1:] == (Ellipsis,) else None
        if part is not None and isinstance(data, list):
            values[name] = tuple(_elements(part, data, where, losses, kind or name))
            continue
        try:
            values[name] = _decode(hint, data)
        except Malformed as error:
            losses.append(_Loss(kind or name, where, str(error)))
            if each.default is NODEFAULT and each.default_factory is NODEFAULT:
                raise
    return values


def _elements(part: Any, data: list[Any], where: str, losses: list[_Loss], kind: str) -> Iterator[Any]:
    for index, item in enumerate(data):
        try:
            yield _decode(part, item)
        except Malformed as error:
            address = item.get("address") if isinstance(item, dict) else None
            losses.append(_Loss(kind, address if isinstance(address, str) else where, f"{where}[{index}]: {error}"))


def _checked(facts: tuple[Any, ...], kind: str, place: str, losses: list[_Loss]) -> Iterator[Any]:
    for index, fact in enumerate(facts):
        try:
            yield _MEANINGS[kind](fact)
        except MalformedAttribute as error:
            losses.append(_Loss(kind, fact.address, f"{place}.{kind}[{index}]: {error}"))


def _rule(rule: Rule) -> Rule:
    """Return a rule whose protocol and peer mean something. Raises MalformedAttribute."""
    value, kind = rule.peer.value, rule.peer.kind
    if kind == "self" or isinstance(value, Unknown):
        pass
    elif value is None:
        raise MalformedAttribute("the peer has no value")
    elif kind in ("cidr_ipv4", "cidr_ipv6"):
        _ = normalize.cidr_ipv4(value) if kind == "cidr_ipv4" else normalize.cidr_ipv6(value)
    return _with_known_protocol(rule)


def _acl_rule(rule: NetworkAclRule) -> NetworkAclRule:
    if isinstance(rule.cidr, str):
        _ = _cidr(rule.cidr)
    if isinstance(rule.action, str) and rule.action not in ("allow", "deny"):
        raise MalformedAttribute("the action should be allow or deny")
    return _with_known_protocol(rule)


def _with_known_protocol(rule: _R) -> _R:
    protocol, first, last = normalize.traffic(rule.protocol, rule.from_port, rule.to_port)
    if protocol in normalize.PORTED and (first is None or last is None):
        raise MalformedAttribute("a port is missing")
    return rule if protocol == rule.protocol else replace(rule, protocol=protocol, from_port=first, to_port=last)


def _prefix_list(each: PrefixList) -> PrefixList:
    if not isinstance(each.cidrs, Unknown):
        for cidr in each.cidrs:
            if isinstance(cidr, str):
                _ = _cidr(cidr)
    return each


def _cidr(text: str) -> str:
    return normalize.cidr_ipv6(text) if ":" in text else normalize.cidr_ipv4(text)


_MEANINGS: Mapping[str, Any] = {"rules": _rule, "network_acl_rules": _acl_rule, "prefix_lists": _prefix_list}
