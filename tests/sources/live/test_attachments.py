"""What network interfaces belong to, and which of them are public."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.infrastructure import Attachment
from sgwarden.model.values import Unknown
from sgwarden.sources.live.attachments import attachments


def interface(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"NetworkInterfaceId": f"eni-{number}", "Groups": [{"GroupId": "sg-1"}], **more}


def service(description: str, **more: Any) -> dict[str, Any]:
    return interface(Description=description, RequesterManaged=True, **more)


@pytest.mark.parametrize(
    ("raw", "kind", "address"),
    [
        (interface(), "aws_network_interface", "eni-1"),
        (interface(Attachment={"InstanceId": "i-1"}), "aws_instance", "i-1"),
        (service("ELB app/web/0123"), "aws_lb", "app/web/0123"),
        (service("ELB net/web/0123", InterfaceType="network_load_balancer"), "aws_lb", "net/web/0123"),
        (service("ELB classic"), "aws_elb", "classic"),
        (
            service("AWS Lambda VPC ENI-resize-01234567-0123-0123-0123-0123456789ab", InterfaceType="lambda"),
            "aws_lambda_function",
            "resize",
        ),
        (service("RDSNetworkInterface"), "aws_db_instance", "eni-1"),
        (service("ElastiCache cache-001"), "aws_elasticache_cluster", "cache-001"),
        (service("EFS mount target for fs-1 (fsmt-12ab)"), "aws_efs_mount_target", "fsmt-12ab"),
        (service("VPC Endpoint Interface vpce-12ab", InterfaceType="vpc_endpoint"), "aws_vpc_endpoint", "vpce-12ab"),
        (
            service("arn:aws:ecs:eu-west-1:111111111111:attachment/12ab", Attachment={"InstanceOwnerId": "amazon-ecs"}),
            "aws_ecs_task",
            "12ab",
        ),
        (service("aws-K8S-i-0123abcd"), "aws_instance", "i-0123abcd"),
        (interface(Description="aws-K8S-i-0123abcd"), "aws_instance", "i-0123abcd"),
        (interface(Description="ELB app/mine/1"), "aws_network_interface", "eni-1"),
        (interface(InterfaceType="quicksight"), "aws_quicksight_vpc_connection", "eni-1"),
    ],
)
def test_what_an_interface_belongs_to(raw: dict[str, Any], kind: str, address: str) -> None:
    assert attachments([raw]) == [Attachment(address, kind, ("sg-1",), False)]


def test_what_is_public() -> None:
    public = interface(1, Association={"PublicIp": "203.0.113.1"})
    secondary = interface(2, PrivateIpAddresses=[{}, {"Association": {"PublicIp": "203.0.113.2"}}])
    v6 = interface(3, Ipv6Addresses=[{"Ipv6Address": "2001:db8::1"}])
    first, second, third = attachments([public, secondary, v6])
    assert (first.public, first.public_because) == (True, "public address 203.0.113.1")
    assert (second.public, second.public_because) == (True, "public address 203.0.113.2")
    assert isinstance(third.public, Unknown)


def test_interfaces_of_one_owner_are_one_unless_they_differ() -> None:
    alike = [service("ELB app/web/1") | {"NetworkInterfaceId": f"eni-{n}"} for n in (1, 2)]
    assert [each.address for each in attachments(alike)] == ["app/web/1"]
    instance = {"Attachment": {"InstanceId": "i-1"}}
    different = [interface(1, **instance), interface(2, **instance, Association={"PublicIp": "203.0.113.1"})]
    assert [(each.address, each.public) for each in attachments(different)] == [
        ("i-1/eni-1", False),
        ("i-1/eni-2", True),
    ]


def test_interfaces_without_groups_are_none_of_ours() -> None:
    assert attachments([{"NetworkInterfaceId": "eni-1", "InterfaceType": "nat_gateway"}]) == []
