"""Security groups and their rules, in the smallest unit: one rule has one direction, protocol, port range and peer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from sgwarden.model.instances import Origin
from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown

Direction = Literal["ingress", "egress"]
PeerKind = Literal["cidr_ipv4", "cidr_ipv6", "prefix_list", "security_group", "self"]


class Peer(Struct, frozen=True):
    """The other end of a rule."""

    kind: PeerKind
    value: str | Unknown | None
    """Canonical CIDR, prefix list id or address, group id or address; None for ``self``."""


class Rule(Struct, frozen=True):
    """One rule of one security group, normalised as the AWS provider and EC2 do it."""

    security_group: str | Unknown
    """Address of its group where the group is in the same source, else its id, else Unknown."""
    address: str
    """Address of the resource that declares it."""
    direction: Direction
    protocol: str | Unknown
    """``all``, ``tcp``, ``udp``, ``icmp``, ``icmpv6`` or a protocol number as text."""
    from_port: int | Unknown | None
    """None for protocol ``all``; the type for icmp and icmpv6 (-1: any)."""
    to_port: int | Unknown | None
    """None for protocol ``all``; the code for icmp and icmpv6 (-1: any)."""
    peer: Peer
    description: str | Unknown | None = None
    """None when empty or absent."""
    id: str | None = None
    """``sgr-...`` where the source knows it."""
    tags: Mapping[str, str | Unknown] = field(default_factory=dict)
    style: Literal["inline", "rule", "vpc_rule", "live"] = "inline"
    """Which kind of resource declares it."""
    location: Location | None = None
    """Of the attribute that makes the rule what it is (its peer list, or its block)."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Origin by attribute of the rule: ``peer``, ``from_port``, ``to_port``, ``protocol``."""
    may_exist: Unknown | None = None
    """Set when it is not known whether the rule exists."""
    sensitive: frozenset[str] = frozenset()
    """Names of fields (``peer``, ``protocol``, ``from_port``, ``to_port``, ``description``) never to be shown."""
    actions: tuple[str, ...] = ()
    """From a plan: what happens to the resource that declares it."""
    peering_status: str | None = None
    """Live: the PeeringStatus of a referenced group beyond a VPC peering: ``active``, ``deleted`` ..."""


class SecurityGroup(Struct, frozen=True):
    """One security group."""

    address: str
    """Resource address, or the id when the source is live AWS."""
    id: str | None
    name: str | Unknown | None
    name_prefix: str | Unknown | None
    description: str | Unknown | None
    vpc_id: str | Unknown | None
    account: str | Unknown | None
    region: str | Unknown | None
    default: bool
    """Whether it is the default group of its VPC (aws_default_security_group)."""
    tags: Mapping[str, str | Unknown]
    rules_managed: Literal["all", "some", "none"]
    """Whether Terraform owns all rules of the group (inline), some (separate rules) or none."""
    location: Location | None
    ingress_inline: bool = False
    """Whether code declares the ingress rules inline (an empty list counts)."""
    egress_inline: bool = False
    may_exist: Unknown | None = None
    sensitive: frozenset[str] = frozenset()
    ignore_changes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    status: str = ""
    vpc_associations: tuple[str, ...] | None = None
    """Live: the further VPCs that it is associated with; None when that was not read."""
