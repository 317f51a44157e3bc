"""Rules: one direction, protocol, port range and peer each, out of every resource that declares some.

Facts of the provider, seen with AWS provider 5.100: inline blocks and aws_security_group_rule hold
lists of peers under one protocol and port range, aws_vpc_security_group_*_rule exactly one peer.
Identical permissions of one resource are one permission in EC2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from msgspec import Struct

from sgwarden.model.instances import Origin, ResourceInstance
from sgwarden.model.security_groups import Direction, Peer, PeerKind, Rule
from sgwarden.model.values import Unknown, reveal
from sgwarden.sources.resources import normalize
from sgwarden.sources.resources.attribute_reader import MAY_EXIST, AttributeReader, MalformedAttribute
from sgwarden.sources.resources.model_builder import PREFIX_LIST_TYPE, ModelBuilder, attributes_of, locate, origin_of

Style = Literal["inline", "rule", "vpc_rule"]
_LISTS: tuple[tuple[str, PeerKind], ...] = (
    ("cidr_blocks", "cidr_ipv4"),
    ("ipv6_cidr_blocks", "cidr_ipv6"),
    ("prefix_list_ids", "prefix_list"),
)
_SINGLES: tuple[tuple[str, PeerKind], ...] = (
    ("cidr_ipv4", "cidr_ipv4"),
    ("cidr_ipv6", "cidr_ipv6"),
    ("prefix_list_id", "prefix_list"),
    ("referenced_security_group_id", "security_group"),
)
_SOLE = frozenset({("source_security_group_id",), ("self",)})
_EXCLUDE_GROUP = frozenset({"cidr_blocks", "ipv6_cidr_blocks", "self"})
_PREFIX_LISTS = frozenset({PREFIX_LIST_TYPE})
_UNKNOWN_DIRECTIONS: tuple[Direction, ...] = ("ingress", "egress")


class _Traffic(Struct):
    """What all rules of one block share."""

    protocol: str | Unknown
    from_port: int | Unknown | None
    to_port: int | Unknown | None
    description: str | Unknown | None
    sensitive: frozenset[str]
    origins: Mapping[str, Origin]


class _Found(Struct):
    """One peer and where it stands."""

    peer: Peer
    attribute: AttributeReader
    may_exist: Unknown | None = None


def separate_rule(model: ModelBuilder, instance: ResourceInstance) -> None:
    """Add an aws_security_group_rule."""
    attributes = attributes_of(instance)
    group = _group_of(model, attributes)
    traffic = _traffic(instance, attributes, "protocol")
    found = _without_conflict(list(_list_peers(model, instance, attributes, "source_security_group_id")))
    if len(found) == 1 and not isinstance(found[0].attribute.value, tuple | list) and found[0].attribute.path in _SOLE:
        # The provider demands at least one peer: the only one that is written is there.
        found[0].may_exist = None
    kind = attributes.get("type").text()
    directions: tuple[Direction, ...]
    if kind == "ingress" or kind == "egress":
        directions = (cast(Direction, kind),)
        doubt = instance.may_exist
    elif isinstance(kind, Unknown):
        directions, doubt = _UNKNOWN_DIRECTIONS, instance.may_exist or kind
    else:
        raise MalformedAttribute("type should be ingress or egress")
    identity = reveal(attributes.get("security_group_rule_id").value)
    known_id = identity if len(found) == 1 and isinstance(identity, str) and identity else None
    for direction in directions:
        _add(model, instance, "rule", direction, group, traffic, found, doubt, known_id)


def _without_conflict(found: list[_Found]) -> list[_Found]:
    """Return peers without an unknown source_security_group_id beside an argument that excludes it.

    The argument is computed too, so a plan shows it as unknown wherever code has an expression for it, also one
    that is null. The provider refuses it beside cidr_blocks, ipv6_cidr_blocks and self.
    """
    if any(each.may_exist is None and each.attribute.path[0] in _EXCLUDE_GROUP for each in found):
        return [
            each for each in found if each.attribute.path != ("source_security_group_id",) or not each.attribute.unknown
        ]
    return found


def vpc_rule(model: ModelBuilder, instance: ResourceInstance) -> None:
    """Add an aws_vpc_security_group_ingress_rule or aws_vpc_security_group_egress_rule."""
    attributes = attributes_of(instance)
    direction: Direction = "ingress" if instance.type == "aws_vpc_security_group_ingress_rule" else "egress"
    group = _group_of(model, attributes)
    traffic = _traffic(instance, attributes, "ip_protocol")
    found = _single_peers(model, instance, attributes)
    tags = attributes.get("tags").texts()
    identity = reveal(attributes.get("id").value)
    known_id = identity if isinstance(identity, str) and identity else None
    _add(model, instance, "vpc_rule", direction, group, traffic, found, instance.may_exist, known_id, tags)


def inline_rules(model: ModelBuilder, instance: ResourceInstance, direction: Direction) -> list[Rule]:
    """Return the rules of the ``ingress`` or ``egress`` blocks of a group; not yet added to the model."""
    attribute = attributes_of(instance).get(direction)
    if attribute.unknown:
        return [_wholly_unknown(instance, direction, attribute)]
    rules: list[Rule] = []
    seen: set[object] = set()
    for block in attribute.blocks():
        if block.unknown:
            rules.append(_wholly_unknown(instance, direction, block))
            continue
        try:
            traffic = _traffic(instance, block, "protocol")
            found = list(_list_peers(model, instance, block, "security_groups"))
            doubt = reveal(block.get(MAY_EXIST).value)
        except MalformedAttribute as error:
            model.skip(instance, str(error), block.path)
            continue
        may_exist = doubt if isinstance(doubt, Unknown) else instance.may_exist
        rules += _rules(instance, "inline", direction, instance.address, traffic, found, may_exist, seen)
    return rules


def _wholly_unknown(instance: ResourceInstance, direction: Direction, attribute: AttributeReader) -> Rule:
    """Return a rule that stands for any number of inline rules of which nothing is known."""
    unknown = cast(Unknown, attribute.value)
    hidden = (
        frozenset({"peer", "protocol", "from_port", "to_port", "description"}) if attribute.sensitive else frozenset()
    )
    origin = origin_of(instance, attribute.path)
    return Rule(
        instance.address,
        instance.address,
        direction,
        unknown,
        unknown,
        unknown,
        Peer("cidr_ipv4", unknown),
        unknown,
        style="inline",
        location=locate(instance, attribute.path),
        origins={"peer": origin} if origin else {},
        may_exist=unknown,
        sensitive=hidden,
        actions=instance.actions,
    )


def _group_of(model: ModelBuilder, attribute: AttributeReader) -> str | Unknown:
    text = attribute.get("security_group_id").text()
    if text is None:
        raise MalformedAttribute("security_group_id is missing")
    return model.index.group(text)


def _traffic(instance: ResourceInstance, attribute: AttributeReader, protocol_name: str) -> _Traffic:
    """Return protocol, ports and description. Raises MalformedAttribute when Terraform would refuse them."""
    protocol_attribute, from_attribute, to_attribute = (
        attribute.get(protocol_name),
        attribute.get("from_port"),
        attribute.get("to_port"),
    )
    description = attribute.get("description")
    text = protocol_attribute.text()
    if text is None:
        raise MalformedAttribute(f"{protocol_name} is missing")
    protocol, from_port, to_port = normalize.traffic(
        text, from_attribute.integer(), to_attribute.integer(), sensitive=protocol_attribute.sensitive
    )
    if protocol in normalize.PORTED and (from_port is None or to_port is None):
        raise MalformedAttribute(f"{'from_port' if from_port is None else 'to_port'} is missing")
    fields = (
        ("protocol", protocol_attribute),
        ("from_port", from_attribute),
        ("to_port", to_attribute),
        ("description", description),
    )
    sensitive = frozenset(name for name, item in fields if item.sensitive)
    origins: dict[str, Origin] = {}
    if instance.origins:
        for name, item in fields[:3]:
            origin = instance.origins.get(item.path)
            if origin is not None:
                origins[name] = origin
    return _Traffic(protocol, from_port, to_port, description.text(), sensitive, origins)


def _list_peers(
    model: ModelBuilder, instance: ResourceInstance, attribute: AttributeReader, groups: str
) -> Iterator[_Found]:
    """Yield peers of a block that holds lists; ``groups`` names its list or single group argument."""
    written = attribute.value
    for name, kind in _LISTS:
        if written.get(name) is not None:
            yield from _list(model, instance, attribute.get(name), kind)
    group_attribute = attribute.get(groups)
    if isinstance(group_attribute.value, tuple | list):
        yield from _list(model, instance, group_attribute, "security_group")
    elif group_attribute.unknown:
        value = cast(Unknown, group_attribute.value)
        doubt = None if value.not_null or value.address else value
        yield _Found(Peer("security_group", model.index.group(value)), group_attribute, doubt)
    elif not group_attribute.empty:
        text = group_attribute.text()
        yield _Found(_peer(model, "security_group", cast(str, text)), group_attribute)
    own = attribute.get("self")
    itself = own.boolean()
    if isinstance(itself, Unknown):
        yield _Found(Peer("self", None), own, itself)
    elif itself:
        yield _Found(Peer("self", None), own)


def _list(
    model: ModelBuilder, instance: ResourceInstance, attribute: AttributeReader, kind: PeerKind
) -> Iterator[_Found]:
    value = attribute.value
    if value is None:
        return
    if isinstance(value, Unknown):
        yield _Found(Peer(kind, value), attribute, value)
        return
    for element in attribute.elements():
        try:
            item = element.value if element.unknown else element.text()
            if item is not None:
                yield _Found(_peer(model, kind, item), element)
        except MalformedAttribute as error:
            # The text of a sensitive value is not to be shown.
            reason = "a value that is no CIDR block" if element.sensitive else str(error)
            model.skip(instance, reason, element.path)


def _single_peers(model: ModelBuilder, instance: ResourceInstance, attribute: AttributeReader) -> list[_Found]:
    """Return the one peer of an aws_vpc_security_group_*_rule, or each that it may turn out to be."""
    candidates: list[_Found] = []
    for name, kind in _SINGLES:
        child = attribute.get(name)
        if child.unknown:
            unknown = cast(Unknown, child.value)
            candidates.append(_Found(_peer(model, kind, unknown), child, unknown))
        else:
            text = child.text()
            if text is not None:
                return [_Found(_peer(model, kind, text), child)]
    for found in candidates:
        unknown = cast(Unknown, found.may_exist)
        if len(candidates) == 1 or unknown.not_null:
            return [_Found(found.peer, found.attribute)]
    if not candidates:
        model.skip(instance, "the rule names no peer")
    return candidates


def _peer(model: ModelBuilder, kind: PeerKind, value: str | Unknown) -> Peer:
    """Return a peer in its normal form. Raises MalformedAttribute for text that is no CIDR block."""
    if kind == "security_group":
        return Peer(kind, model.index.group(value))
    if kind == "prefix_list":
        return Peer(kind, model.index.resolve(value, _PREFIX_LISTS))
    if isinstance(value, Unknown):
        return Peer(kind, value)
    return Peer(kind, normalize.cidr_ipv4(value) if kind == "cidr_ipv4" else normalize.cidr_ipv6(value))


def _add(
    model: ModelBuilder,
    instance: ResourceInstance,
    style: Style,
    direction: Direction,
    group: str | Unknown,
    traffic: _Traffic,
    found: list[_Found],
    doubt: Unknown | None,
    identity: str | None = None,
    tags: Mapping[str, str | Unknown] | None = None,
) -> None:
    rules = _rules(instance, style, direction, group, traffic, found, doubt, set(), identity, tags or {})
    if not found and style == "rule":
        model.skip(instance, "the rule names no peer")
    model.rules += rules


def _rules(
    instance: ResourceInstance,
    style: Style,
    direction: Direction,
    group: str | Unknown,
    traffic: _Traffic,
    found: list[_Found],
    doubt: Unknown | None,
    seen: set[object],
    identity: str | None = None,
    tags: Mapping[str, str | Unknown] | None = None,
) -> list[Rule]:
    """Return one rule per peer, each content once."""
    rules: list[Rule] = []
    own_tags = tags or {}
    for item in found:
        peer = item.peer
        if peer.kind == "security_group" and _same(peer.value, group):
            peer = Peer("self", None)
        key = _key((traffic.protocol, traffic.from_port, traffic.to_port, peer.kind, peer.value, traffic.description))
        if key is not None:
            if key in seen:
                continue
            seen.add(key)
        path, origins = item.attribute.path, traffic.origins
        origin = origin_of(instance, path)
        if origin is not None:
            origins = {**origins, "peer": origin}
        rule = Rule(
            group,
            instance.address,
            direction,
            traffic.protocol,
            traffic.from_port,
            traffic.to_port,
            peer,
            traffic.description,
            identity,
            own_tags,
            style,
            instance.location if origin is None else origin.location,
            origins,
            doubt or item.may_exist,
            traffic.sensitive | {"peer"} if item.attribute.sensitive else traffic.sensitive,
            instance.actions,
        )
        rules.append(rule)
    return rules


def _same(value: object, group: object) -> bool:
    """Return True if a peer is certainly the rule's own group."""
    if isinstance(value, Unknown) and isinstance(group, Unknown):
        return value.address is not None and (value.address, value.attribute) == (group.address, group.attribute)
    return not isinstance(value, Unknown) and value == group


def _key(parts: tuple[object, ...]) -> object:
    """Return a key that is equal for equal rules of one resource; None when an unknown leaves that open."""
    key: list[object] = []
    for part in parts:
        if isinstance(part, Unknown):
            if part.address is None:
                return None
            key.append((part.address, part.attribute))
        else:
            key.append(part)
    return tuple(key)
