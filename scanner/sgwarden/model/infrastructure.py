"""Infrastructure: everything that one source yields, and what it could not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from sgwarden.model.instances import Origin
from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Monitoring
from sgwarden.model.places import Place
from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden.model.sources import Skipped, Source, SourceKind
from sgwarden.model.values import Unknown

__all__ = [
    "Attachment",
    "Infrastructure",
    "NetworkAclRule",
    "PrefixList",
    "RuleSet",
    "Skipped",
    "Source",
    "SourceKind",
]


class PrefixList(Struct, frozen=True):
    """A managed prefix list and the entries that are known."""

    address: str
    id: str | None
    name: str | Unknown | None
    cidrs: tuple[str | Unknown, ...] | Unknown
    location: Location | None

    @property
    def known_cidrs(self) -> tuple[str, ...] | None:
        """Its entries, sorted; None unless all of them are known."""
        if isinstance(self.cidrs, Unknown):
            return None
        known = sorted(cidr for cidr in self.cidrs if isinstance(cidr, str))
        return tuple(known) if len(known) == len(self.cidrs) else None


class NetworkAclRule(Struct, frozen=True, dict=True):
    """One entry of a network ACL."""

    network_acl: str | Unknown
    address: str
    direction: Literal["ingress", "egress"]
    rule_number: int | Unknown | None
    action: str | Unknown
    protocol: str | Unknown
    from_port: int | Unknown | None
    to_port: int | Unknown | None
    cidr: str | Unknown
    location: Location | None
    may_exist: Unknown | None = None

    def with_origin(self, origin: Origin | None) -> NetworkAclRule:
        """Return this entry, which knows where its block, object or resource was written; that is no part of it."""
        self.__dict__["origin"] = origin
        return self

    def with_region(self, region: str | None) -> NetworkAclRule:
        """Return this entry, which knows the region that it was read from; that is no part of it."""
        self.__dict__["region"] = region
        return self

    @property
    def region(self) -> str | None:
        """The region that it was read from, where there are several."""
        region: str | None = self.__dict__.get("region")
        return region

    def elements(self) -> tuple[Location, ...]:
        """Return the elements of lists and entries of maps that it is certainly made of; empty without code."""
        origin: Origin | None = self.__dict__.get("origin")
        return origin.elements() if origin is not None else ()


class Attachment(Struct, frozen=True):
    """A resource that uses security groups: what a group protects."""

    address: str
    resource_type: str
    groups: tuple[str | Unknown, ...] | Unknown
    """Addresses or ids of the groups."""
    public: bool | Unknown | None
    """Whether the resource itself is reachable from the internet (public IP, internet-facing, publicly
    accessible); None when the resource type has no such notion or the code does not say."""
    public_because: str = ""
    """The argument that makes it public: ``associate_public_ip_address = true``."""
    location: Location | None = None
    targets: tuple[str, ...] = ()
    """Addresses of resources it forwards to (load balancer to instances), where known."""


class RuleSet(Struct, frozen=True):
    """An aws_vpc_security_group_rules_exclusive: the only rules its group may have."""

    address: str
    security_group: str | Unknown
    ingress_rules: tuple[Any, ...] | Unknown
    egress_rules: tuple[Any, ...] | Unknown
    location: Location | None


class Management(Struct, frozen=True):
    """What Terraform's side knows of the resources that it manages."""

    places: Mapping[str, Place] = field(default_factory=dict)
    """Where in AWS they are, by address."""
    forgotten: tuple[str, ...] = ()
    """Addresses of resources and modules, with or without instance keys, that leave the state and stay in AWS."""
    unread_calls: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """A digest of the arguments of each module call that is among ``skipped``, by its ``what`` and ``reason``."""
    never_destroyed: frozenset[str] = frozenset()
    """Addresses of those that stay in AWS when their code goes: ``lifecycle { destroy = false }``."""


class Infrastructure(Struct, frozen=True):
    """What one source yields; every tuple is sorted by address, then by content."""

    source: Source
    security_groups: tuple[SecurityGroup, ...] = ()
    rules: tuple[Rule, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    network_acl_rules: tuple[NetworkAclRule, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    rule_sets: tuple[RuleSet, ...] = ()
    monitoring: Monitoring = field(default_factory=Monitoring)
    resources_seen: int = 0
    """Resource instances of any type that the source holds."""
    skipped: tuple[Skipped, ...] = ()
    account: str | None = None
    """Live and snapshot: the one account it is of."""
    region: str | None = None
    """Live and snapshot: the one region it is of; None when it is of several."""
    management: Management = Management()
    """From code, plans and states; never part of a snapshot."""
    unread: frozenset[str] = frozenset()
    """Names of the fields above (``rules``, ``monitoring`` ...) that were not read, or not wholly: what they lack
    may be there all the same. ``skipped`` says why."""
