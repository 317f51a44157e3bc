"""aws_security_group, aws_default_security_group and the exclusive sets of their rules.

Facts, seen with AWS provider 5.100: on create the provider revokes the allow-all egress rules that EC2
gives to a new group, so a group without ``egress`` ends without any; ``ingress`` and ``egress`` are
optional *and computed*, so after a refresh they hold every live rule of a group whose code
declares none.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from sgwarden.model.infrastructure import RuleSet
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.security_groups import Direction, Rule, SecurityGroup
from sgwarden.model.values import Sensitive, Unknown, reveal
from sgwarden.sources.resources.attribute_reader import AttributeReader, MalformedAttribute
from sgwarden.sources.resources.model_builder import ModelBuilder, attributes_of
from sgwarden.sources.resources.rules import inline_rules

DEFAULT_DESCRIPTION = "Managed by Terraform"
_DIRECTIONS: tuple[Direction, ...] = ("ingress", "egress")
_FIELDS = ("name", "name_prefix", "description", "vpc_id", "tags")
_RULE_TYPES = frozenset({"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"})


class Separate(Struct):
    """Rules that other resources add to one direction of a group."""

    declared: list[Rule] = field(default_factory=list)
    removed: list[Rule] = field(default_factory=list)
    """Those that a plan takes away."""


SeparateRules = dict[tuple[str, Direction], Separate]
"""By group and direction."""


def separate_from(rules: SeparateRules, group: str, direction: Direction) -> Separate:
    """Return the entry of a group and direction, a new one when there is none."""
    return rules.setdefault((group, direction), Separate())


def security_group(model: ModelBuilder, instance: ResourceInstance, separate: SeparateRules) -> None:
    """Add a group and its inline rules; ``separate``: rules of other resources."""
    attributes = attributes_of(instance)
    inline: dict[str, bool] = {}
    for direction in _DIRECTIONS:
        inline[direction] = _inline(model, instance, direction, separate.get((instance.address, direction), Separate()))
    default = instance.type == "aws_default_security_group"
    managed: Literal["all", "some", "none"] = "none"
    if default or inline["ingress"] or inline["egress"]:
        managed = "all"
    elif any(separate.get((instance.address, direction), Separate()).declared for direction in _DIRECTIONS):
        managed = "some"
    name, prefix = _names(model, attributes, default)
    arn = _arn(attributes)
    model.groups.append(
        SecurityGroup(
            address=instance.address,
            id=_known(attributes.get("id")),
            name=name,
            name_prefix=prefix,
            description=_description(attributes, default),
            vpc_id=attributes.get("vpc_id").text() or _default_vpc(model),
            account=instance.account if instance.account is not None else arn[1],
            region=instance.region if instance.region is not None else arn[0],
            default=default,
            tags=_tags(model, instance, attributes.get("tags")),
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


def _inline(model: ModelBuilder, instance: ResourceInstance, direction: Direction, separate: Separate) -> bool:
    """Add the inline rules of one direction; return True if the code declares them."""
    declared = None if instance.declared is None else direction in instance.declared
    attribute = attributes_of(instance).get(direction)
    if attribute.empty or (declared is False and attribute.unknown):
        return bool(declared)
    try:
        rules = inline_rules(model, instance, direction)
    except MalformedAttribute as error:
        model.skip(instance, str(error), attribute.path)
        return bool(declared)
    if not declared and (separate.declared or separate.removed):
        # The list may only repeat what rule resources declare, or declared until this plan; what it holds beyond
        # that is there all the same.
        known = {_content(rule) for rule in (*separate.declared, *separate.removed)}
        model.rules += [rule for rule in rules if _content(rule) not in known]
        return False
    model.rules += rules
    return True


def _content(rule: Rule) -> tuple[object, ...]:
    return rule.protocol, rule.from_port, rule.to_port, rule.peer.kind, repr(rule.peer.value)


def _names(
    model: ModelBuilder, attribute: AttributeReader, default: bool
) -> tuple[str | Unknown | None, str | Unknown | None]:
    """Return name and prefix; a name that the provider generates is unknown until the apply."""
    name, prefix = attribute.get("name").text(), attribute.get("name_prefix").text()
    if default:
        return name or "default", None
    if name is None and model.kind != "state":
        prefix = prefix or "terraform-"
        return Unknown("the provider makes the name up when it creates the group", not_null=True), prefix
    return name, prefix


def _description(attribute: AttributeReader, default: bool) -> str | Unknown | None:
    description = attribute.get("description")
    if description.value is None:
        return "default VPC security group" if default else DEFAULT_DESCRIPTION
    return description.text()


def _default_vpc(model: ModelBuilder) -> Unknown | None:
    return None if model.kind == "state" else Unknown("the default VPC of the account and region", not_null=True)


def _tags(model: ModelBuilder, instance: ResourceInstance, attribute: AttributeReader) -> dict[str, str | Unknown]:
    try:
        return attribute.texts()
    except MalformedAttribute as error:
        model.skip(instance, str(error), attribute.path)
        return {}


def _known(attribute: AttributeReader) -> str | None:
    text = attribute.text()
    return text if isinstance(text, str) else None


def _arn(attribute: AttributeReader) -> tuple[str | None, str | None]:
    """Return region and account of a known ARN."""
    arn = reveal(attribute.get("arn").value)
    parts = arn.split(":") if isinstance(arn, str) else []
    return (parts[3] or None, parts[4] or None) if len(parts) > 5 else (None, None)


def rules_exclusive(model: ModelBuilder, instance: ResourceInstance) -> None:
    """Add an aws_vpc_security_group_rules_exclusive: the rules it lists are all that its group may have."""
    attributes = attributes_of(instance)
    group = attributes.get("security_group_id").text()
    model.rule_sets.append(
        RuleSet(
            address=instance.address,
            security_group=Unknown("security_group_id is missing") if group is None else model.index.group(group),
            ingress_rules=_rule_ids(model, attributes.get("ingress_rule_ids")),
            egress_rules=_rule_ids(model, attributes.get("egress_rule_ids")),
            location=instance.location,
        )
    )


def _rule_ids(model: ModelBuilder, attribute: AttributeReader) -> tuple[str | Unknown, ...] | Unknown:
    if isinstance(attribute.value, Unknown):
        return attribute.value
    found: list[str | Unknown] = []
    for element in attribute.elements():
        text = element.text()
        if text is not None:
            found.append(model.index.resolve(text, _RULE_TYPES))
    return tuple(sorted(found, key=str))
