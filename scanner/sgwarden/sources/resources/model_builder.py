"""Build the model of one source: an index of its resources, and lists for its facts."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from sgwarden.model.infrastructure import (
    Attachment,
    NetworkAclRule,
    PrefixList,
    RuleSet,
    Skipped,
    SourceKind,
)
from sgwarden.model.instances import Origin, ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden.model.values import Unknown, reveal
from sgwarden.sources.resources.attribute_reader import AttributeReader, Path
from sgwarden.sources.resources.normalize import group_id

GROUP_TYPES = frozenset({"aws_security_group", "aws_default_security_group"})
ACL_TYPES = frozenset({"aws_network_acl", "aws_default_network_acl"})
PREFIX_LIST_TYPE = "aws_ec2_managed_prefix_list"
_NAMED_TYPES = GROUP_TYPES | ACL_TYPES | {
    PREFIX_LIST_TYPE,
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
}  # fmt: skip
_IDENTITY = frozenset({"id", "arn", "name", "default_network_acl_id", "security_group_rule_id"})
"""Attributes that stand for the resource itself."""


class ResourceIndex:
    """Addresses of the resources that others refer to, by address, id and (for groups) name."""

    def __init__(self, instances: Iterable[ResourceInstance]) -> None:
        self.types: dict[str, str] = {}
        self._by_id: dict[str, str] = {}
        self._by_name: dict[str, str | None] = {}
        self._default_of: dict[tuple[str, str], str] = {}
        for instance in sorted(instances, key=lambda item: item.mode != "managed"):
            if instance.mode == "managed" or instance.type == PREFIX_LIST_TYPE:
                self.types.setdefault(instance.address, instance.type)
                if instance.type in _NAMED_TYPES:
                    self._learn(instance)

    def _learn(self, instance: ResourceInstance) -> None:
        address, attributes = instance.address, instance.attributes
        identity = reveal(attributes.get("id"))
        if isinstance(identity, str) and identity:
            self._by_id.setdefault(identity, address)
        if instance.type in GROUP_TYPES:
            name = reveal(attributes.get("name"))
            if isinstance(name, str) and name:
                self._by_name[name] = None if name in self._by_name else address
        if instance.type == "aws_default_security_group":
            vpc = reveal(attributes.get("vpc_id"))
            if isinstance(vpc, Unknown) and vpc.address:
                self._default_of[(vpc.address, "default_security_group_id")] = address
        elif instance.type == "aws_default_network_acl":
            acl = reveal(attributes.get("default_network_acl_id"))
            if isinstance(acl, Unknown) and acl.address:
                self._default_of[(acl.address, "default_network_acl_id")] = address

    def address(self, value: Unknown, types: frozenset[str]) -> str | None:
        """Return the address of the resource of one of ``types`` that an unknown stands for, if it is here."""
        if value.address is None or value.attribute is None:
            return None
        if self.types.get(value.address) in types:
            return value.address if value.attribute in _IDENTITY else None
        default = self._default_of.get((value.address, value.attribute))
        return default if default is not None and self.types.get(default) in types else None

    def resolve(self, value: str | Unknown, types: frozenset[str]) -> str | Unknown:
        """Return the address where the resource is in this source, else ``value`` itself."""
        if isinstance(value, Unknown):
            return self.address(value, types) or value
        address = self._by_id.get(value)
        return address if address is not None and self.types.get(address) in types else value

    def group(self, value: str | Unknown) -> str | Unknown:
        """Return a security group: its address, else its id, else the unknown."""
        if isinstance(value, Unknown):
            return self.address(value, GROUP_TYPES) or value
        address = self._by_id.get(value)
        if address is not None:
            return address
        identity = group_id(value)
        if identity is None:
            return self._by_name.get(value) or value
        # ACCOUNT/sg-... keeps a foreign account; an ARN is only a longer spelling of the id.
        return self._by_id.get(identity, identity if value.startswith("arn:") else value)


class ModelBuilder(Struct):
    """The model while it is being built from one source."""

    kind: SourceKind
    index: ResourceIndex
    groups: list[SecurityGroup] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    prefix_lists: list[PrefixList] = field(default_factory=list)
    acl_rules: list[NetworkAclRule] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    rule_sets: list[RuleSet] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, instance: ResourceInstance, reason: str, path: Path = ()) -> None:
        """Note that a part of a resource could not be understood."""
        self.skipped.append(Skipped(instance.address, reason, locate(instance, path)))


def origin_of(instance: ResourceInstance, path: Path) -> Origin | None:
    """Return the origin of the value at ``path``: its own, or that of the nearest thing around it."""
    origins = instance.origins
    if not origins:
        return None
    while path:
        found = origins.get(path)
        if found is not None:
            return found
        path = path[:-1]
    return None


def locate(instance: ResourceInstance, path: Path) -> Location:
    """Return where the value at ``path`` was written; the resource's own place when that is not known."""
    origin = origin_of(instance, path)
    return instance.location if origin is None else origin.location


def attributes_of(instance: ResourceInstance) -> AttributeReader:
    """Return a reader of the attributes of an instance."""
    return AttributeReader(
        dict(instance.attributes) if not isinstance(instance.attributes, dict) else instance.attributes
    )
