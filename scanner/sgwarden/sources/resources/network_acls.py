"""aws_network_acl, aws_default_network_acl and aws_network_acl_rule.

The provider sends names of protocols as IANA numbers
(https://www.iana.org/assignments/protocol-numbers) and, for ICMP, type and code instead of ports.
"""

from __future__ import annotations

from typing import Literal

from sgwarden.model.infrastructure import NetworkAclRule
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.security_groups import Direction
from sgwarden.model.values import Unknown, reveal
from sgwarden.sources.resources import normalize
from sgwarden.sources.resources.attribute_reader import MAY_EXIST, AttributeReader, MalformedAttribute
from sgwarden.sources.resources.model_builder import ACL_TYPES, ModelBuilder, attributes_of, locate, origin_of

_DIRECTIONS: tuple[Direction, ...] = ("ingress", "egress")


def network_acl(model: ModelBuilder, instance: ResourceInstance, separate: set[tuple[str, str, object]]) -> None:
    """Add the blocks of an ACL; ``separate``: ACL, direction and number of rules of other resources."""
    for direction in _DIRECTIONS:
        attribute = attributes_of(instance).get(direction)
        declared = instance.declared is not None and direction in instance.declared
        if attribute.empty or (instance.declared is not None and not declared and attribute.unknown):
            continue
        for block in [attribute] if attribute.unknown else attribute.blocks():
            try:
                rule = _rule(instance, block, direction, instance.address, "rule_no", "action")
            except MalformedAttribute as error:
                model.skip(instance, str(error), block.path)
                continue
            # After a refresh the blocks of an ACL without any repeat what rule resources declare.
            if declared or (instance.address, direction, rule.rule_number) not in separate:
                model.acl_rules.append(rule)


def network_acl_rule(model: ModelBuilder, instance: ResourceInstance) -> None:
    """Add an aws_network_acl_rule."""
    attributes = attributes_of(instance)
    acl = attributes.get("network_acl_id").text()
    if acl is None:
        raise MalformedAttribute("network_acl_id is missing")
    egress = attributes.get("egress").boolean()
    directions: tuple[Direction, ...] = ("egress",) if egress else ("ingress",)
    if isinstance(egress, Unknown):
        directions = _DIRECTIONS
    for direction in directions:
        owner = model.index.resolve(acl, ACL_TYPES)
        rule = _rule(instance, attributes, direction, owner, "rule_number", "rule_action")
        model.acl_rules.append(rule)


def _rule(
    instance: ResourceInstance,
    attribute: AttributeReader,
    direction: Literal["ingress", "egress"],
    acl: str | Unknown,
    number: str,
    action: str,
) -> NetworkAclRule:
    """Return one entry. Raises MalformedAttribute when it lacks what Terraform requires."""
    if isinstance(attribute.value, Unknown):
        unknown = attribute.value
        return NetworkAclRule(
            acl,
            instance.address,
            direction,
            unknown,
            unknown,
            unknown,
            unknown,
            unknown,
            unknown,
            locate(instance, attribute.path),
            unknown,
        )
    protocol = _protocol(attribute.get("protocol"))
    if protocol in normalize.ICMP:
        first, last = attribute.get("icmp_type").integer(), attribute.get("icmp_code").integer()
        ports = normalize.ports(protocol, first, last)
    else:
        first, last = attribute.get("from_port").integer(), attribute.get("to_port").integer()
        ports = normalize.ports(protocol, 0 if first is None else first, 0 if last is None else last)
    verdict = attribute.get(action).text()
    if verdict is None:
        raise MalformedAttribute(f"{action} is missing")
    doubt = reveal(attribute.get(MAY_EXIST).value)
    return NetworkAclRule(
        network_acl=acl,
        address=instance.address,
        direction=direction,
        rule_number=attribute.get(number).integer(),
        action=verdict if isinstance(verdict, Unknown) else verdict.lower(),
        protocol=protocol,
        from_port=ports[0],
        to_port=ports[1],
        cidr=_cidr(attribute),
        location=locate(instance, attribute.path),
        may_exist=doubt if isinstance(doubt, Unknown) else instance.may_exist,
    ).with_origin(origin_of(instance, attribute.path))


def _protocol(attribute: AttributeReader) -> str | Unknown:
    text = attribute.text()
    if text is None:
        raise MalformedAttribute("protocol is missing")
    if isinstance(text, Unknown):
        return text
    lowered = text.lower()
    return normalize.known_protocol(str(normalize.IANA_PROTOCOLS.get(lowered, lowered)), sensitive=attribute.sensitive)


def _cidr(attribute: AttributeReader) -> str | Unknown:
    """Return the known one of both families, else the unknown one."""
    unknown: Unknown | None = None
    for name, canonical in (("cidr_block", normalize.cidr_ipv4), ("ipv6_cidr_block", normalize.cidr_ipv6)):
        text = attribute.get(name).text()
        if isinstance(text, str):
            return canonical(text)
        unknown = unknown or text
    if unknown is None:
        raise MalformedAttribute("neither cidr_block nor ipv6_cidr_block is set")
    return unknown
