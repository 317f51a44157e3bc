"""aws_security_group, aws_default_security_group and the exclusive sets of their rules.

Facts, seen with AWS provider 5.100: on create the provider revokes the allow-all egress rules that EC2
gives to a new group, so a group without ``egress`` ends without any; ``ingress`` and ``egress`` are
optional *and computed*, so after a refresh they hold every live rule of a group whose code
declares none.
"""

from __future__ import annotations

from typing import Literal

from sgwarden.model.infrastructure import RuleSet
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.security_groups import Direction, Rule, SecurityGroup
from sgwarden.model.values import Sensitive, Unknown, reveal
from sgwarden.sources.resources.attribute_reader import Node, Odd
from sgwarden.sources.resources.model_builder import Building, root
from sgwarden.sources.resources.rules import inline_rules

DEFAULT_DESCRIPTION = "Managed by Terraform"
_DIRECTIONS: tuple[Direction, ...] = ("ingress", "egress")
_FIELDS = ("name", "name_prefix", "description", "vpc_id", "tags")
_RULE_TYPES = frozenset({"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"})


def security_group(building: Building, instance: ResourceInstance, separate: dict[tuple[str, str], list[Rule]]) -> None:
    """A group and its inline rules; ``separate`` are the rules of other resources by group and direction."""
    node = root(instance)
    inline: dict[str, bool] = {}
    for direction in _DIRECTIONS:
        inline[direction] = _inline(building, instance, direction, separate.get((instance.address, direction), []))
    default = instance.type == "aws_default_security_group"
    managed: Literal["all", "some", "none"] = "none"
    if default or inline["ingress"] or inline["egress"]:
        managed = "all"
    elif any((instance.address, direction) in separate for direction in _DIRECTIONS):
        managed = "some"
    name, prefix = _names(building, node, default)
    arn = _arn(node)
    building.groups.append(
        SecurityGroup(
            address=instance.address,
            id=_known(node.get("id")),
            name=name,
            name_prefix=prefix,
            description=_description(node, default),
            vpc_id=node.get("vpc_id").text() or _default_vpc(building),
            account=instance.account if instance.account is not None else arn[1],
            region=instance.region if instance.region is not None else arn[0],
            default=default,
            tags=_tags(building, instance, node.get("tags")),
            rules_managed=managed,
            location=instance.location,
            ingress_inline=inline["ingress"],
            egress_inline=inline["egress"],
            may_exist=instance.may_exist,
            sensitive=frozenset(name for name in _FIELDS if type(instance.attributes.get(name)) is Sensitive),
            ignore_changes=instance.ignore_changes,
            actions=instance.actions,
            status=instance.status,
        )
    )


def _inline(building: Building, instance: ResourceInstance, direction: Direction, separate: list[Rule]) -> bool:
    """Add the inline rules of one direction; whether the code declares them."""
    declared = None if instance.declared is None else direction in instance.declared
    node = root(instance).get(direction)
    if node.empty or (declared is False and node.unknown):
        return bool(declared)
    try:
        rules = inline_rules(building, instance, direction)
    except Odd as odd:
        building.skip(instance, str(odd), node.path)
        return bool(declared)
    if not declared and separate:
        # The list may only repeat what rule resources declare; what it holds beyond that is there all the same.
        known = {_content(rule) for rule in separate}
        building.rules += [rule for rule in rules if _content(rule) not in known]
        return False
    building.rules += rules
    return True


def _content(rule: Rule) -> tuple[object, ...]:
    return rule.protocol, rule.from_port, rule.to_port, rule.peer.kind, repr(rule.peer.value)


def _names(building: Building, node: Node, default: bool) -> tuple[str | Unknown | None, str | Unknown | None]:
    """Name and prefix; a name that the provider makes up is unknown until it is applied."""
    name, prefix = node.get("name").text(), node.get("name_prefix").text()
    if default:
        return name or "default", None
    if name is None and building.kind != "state":
        prefix = prefix or "terraform-"
        return Unknown("the provider makes the name up when it creates the group", not_null=True), prefix
    return name, prefix


def _description(node: Node, default: bool) -> str | Unknown | None:
    description = node.get("description")
    if description.value is None:
        return "default VPC security group" if default else DEFAULT_DESCRIPTION
    return description.text()


def _default_vpc(building: Building) -> Unknown | None:
    return None if building.kind == "state" else Unknown("the default VPC of the account and region", not_null=True)


def _tags(building: Building, instance: ResourceInstance, node: Node) -> dict[str, str | Unknown]:
    try:
        return node.texts()
    except Odd as odd:
        building.skip(instance, str(odd), node.path)
        return {}


def _known(node: Node) -> str | None:
    text = node.text()
    return text if isinstance(text, str) else None


def _arn(node: Node) -> tuple[str | None, str | None]:
    """Region and account of a known ARN."""
    arn = reveal(node.get("arn").value)
    parts = arn.split(":") if isinstance(arn, str) else []
    return (parts[3] or None, parts[4] or None) if len(parts) > 5 else (None, None)


def rules_exclusive(building: Building, instance: ResourceInstance) -> None:
    """aws_vpc_security_group_rules_exclusive: the rules it lists are all that its group may have."""
    node = root(instance)
    group = node.get("security_group_id").text()
    building.rule_sets.append(
        RuleSet(
            address=instance.address,
            security_group=Unknown("security_group_id is missing") if group is None else building.names.group(group),
            ingress_rules=_rule_ids(building, node.get("ingress_rule_ids")),
            egress_rules=_rule_ids(building, node.get("egress_rule_ids")),
            location=instance.location,
        )
    )


def _rule_ids(building: Building, node: Node) -> tuple[str | Unknown, ...] | Unknown:
    if isinstance(node.value, Unknown):
        return node.value
    found: list[str | Unknown] = []
    for element in node.elements():
        text = element.text()
        if text is not None:
            found.append(building.names.resolve(text, _RULE_TYPES))
    return tuple(sorted(found, key=str))
