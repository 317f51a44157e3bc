"""Network interfaces of EC2 into what security groups protect.

An interface says what it belongs to by its type, its attachment, or (for services that make interfaces of their
own) by its description. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html;
"Requester-managed network interfaces", https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from sgwarden.model.infrastructure import Attachment
from sgwarden.model.values import Unknown

Raw = Mapping[str, Any]

_DESCRIPTIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"ELB ((?:app|net|gwy)/.+)", "aws_lb"),
        (r"ELB (.+)", "aws_elb"),
        (r"AWS Lambda VPC ENI-(.+?)(?:-[0-9a-f]{8}-[0-9a-f-]{27})?$", "aws_lambda_function"),
        (r"(RDSNetworkInterface)", "aws_db_instance"),
        (r"(RedshiftNetworkInterface)", "aws_redshift_cluster"),
        (r"(DMSNetworkInterface)", "aws_dms_replication_instance"),
        (r"ElastiCache (.+)", "aws_elasticache_cluster"),
        (r"DAX (.+)", "aws_dax_cluster"),
        (r"ES (.+)", "aws_opensearch_domain"),
        (r"EFS mount target for \S+ \((fsmt-[0-9a-f]+)\)", "aws_efs_mount_target"),
        (r"Amazon EKS (.+)", "aws_eks_cluster"),
        (r"aws-K8S-(i-[0-9a-f]+)", "aws_instance"),
        (r"arn:aws[a-z-]*:ecs:\S+:attachment/(\S+)", "aws_ecs_task"),
        (r"VPC Endpoint Interface (vpce-[0-9a-f]+)", "aws_vpc_endpoint"),
        (r"Route 53 Resolver: (rslvr-[0-9a-z-]+)", "aws_route53_resolver_endpoint"),
        (r"AWS created network interface for directory (d-[0-9a-f]+)", "aws_directory_service_directory"),
        (r".*Amazon MSK network interface for cluster (\S+)", "aws_msk_cluster"),
        (r"Interface for NAT Gateway (nat-[0-9a-f]+)", "aws_nat_gateway"),
    )
)
"""How services describe the interfaces that they make; the group is the name of the thing where it is told."""
_UNNAMED = frozenset({"RDSNetworkInterface", "RedshiftNetworkInterface", "DMSNetworkInterface"})
_TYPES = {
    "lambda": "aws_lambda_function",
    "network_load_balancer": "aws_lb",
    "gateway_load_balancer": "aws_lb",
    "load_balancer": "aws_lb",
    "vpc_endpoint": "aws_vpc_endpoint",
    "gateway_load_balancer_endpoint": "aws_vpc_endpoint",
    "nat_gateway": "aws_nat_gateway",
    "natGateway": "aws_nat_gateway",
    "transit_gateway": "aws_ec2_transit_gateway_vpc_attachment",
    "quicksight": "aws_quicksight_vpc_connection",
}
_IPV6 = Unknown("it has an IPv6 address, and whether its subnet leads to the internet was not read")


class _Use(Struct, frozen=True):
    """One interface, and what it belongs to."""

    interface: str
    owner: str
    resource_type: str
    groups: tuple[str, ...]
    public: bool | Unknown
    because: str


def attachments(interfaces: Iterable[Raw]) -> list[Attachment]:
    """Return what uses groups: one entry for each owner, or for each interface where they differ."""
    uses: dict[tuple[str, str], list[_Use]] = {}
    for raw in interfaces:
        use = _use(raw)
        if use.groups:
            uses.setdefault((use.resource_type, use.owner), []).append(use)
    result: list[Attachment] = []
    for (kind, owner), each in uses.items():
        alike = len({(use.groups, use.public) for use in each}) == 1
        for use in each[:1] if alike else each:
            address = owner if alike or owner == use.interface else f"{owner}/{use.interface}"
            result.append(Attachment(address, kind, use.groups, use.public, use.because))
    return result


def _use(raw: Raw) -> _Use:
    identity = str(raw["NetworkInterfaceId"])
    kind, owner = _owner(raw, identity)
    public, because = _public(raw)
    groups = tuple(sorted(str(group["GroupId"]) for group in raw.get("Groups") or ()))
    return _Use(identity, owner, kind, groups, public, because)


def _owner(raw: Raw, identity: str) -> tuple[str, str]:
    """Return type and name of what an interface belongs to; the interface itself when unknown."""
    instance = (raw.get("Attachment") or {}).get("InstanceId")
    if instance:
        return "aws_instance", str(instance)
    description = str(raw.get("Description") or "")
    # Anybody can write a description: it counts where a service made the interface.
    if raw.get("RequesterManaged") or raw.get("InterfaceType", "interface") != "interface" or raw.get("RequesterId"):
        for pattern, kind in _DESCRIPTIONS:
            match = pattern.match(description)
            if match:
                name = match.group(1)
                return kind, identity if name in _UNNAMED else name
    elif description.startswith("aws-K8S-i-"):
        return "aws_instance", description.removeprefix("aws-K8S-")
    return _TYPES.get(str(raw.get("InterfaceType")), "aws_network_interface"), identity


def _public(raw: Raw) -> tuple[bool | Unknown, str]:
    associations = [raw.get("Association") or {}]
    associations += [address.get("Association") or {} for address in raw.get("PrivateIpAddresses") or ()]
    for association in associations:
        address = association.get("PublicIp")
        if address:
            return True, f"public address {address}"
    return (_IPV6, "") if raw.get("Ipv6Addresses") else (False, "")
