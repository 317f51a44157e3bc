"""Every spelling in which EC2 tells rules, and what belongs to an interface."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.aws.answers import Documents
from sgwarden.model.infrastructure import Infrastructure, PrefixList, Source
from sgwarden.model.values import Unknown
from sgwarden.sources.live.region import infrastructure
from tests.sources.values import reasons, rules

OWN = "111111111111"


def model(**lists: Any) -> Infrastructure:
    return infrastructure(Documents(OWN, "eu-west-1", lists), Source("live", f"{OWN}/eu-west-1"))


def group(*permissions: dict[str, Any], egress: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "GroupId": "sg-1", "GroupName": "web", "Description": "d", "OwnerId": OWN, "VpcId": "vpc-1",
        "IpPermissions": list(permissions), "IpPermissionsEgress": list(egress), **more,
    }  # fmt: skip


def tcp(low: int, high: int, **peers: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": low, "ToPort": high, **peers}


V4 = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        (tcp(443, 443, **V4), "tcp 443-443 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "-1", **V4}, "all cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, **V4}, "all cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "50", **V4}, "50 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "47", "FromPort": -1, "ToPort": -1, **V4}, "47 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "6", "FromPort": 1, "ToPort": 2, **V4}, "tcp 1-2 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "58", "FromPort": -1, "ToPort": -1, **V4}, "icmpv6 -1--1 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": 0, **V4}, "icmp 8-0 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "icmp", "FromPort": 3, "ToPort": -1, **V4}, "icmp 3--1 cidr_ipv4 10.0.0.0/8"),
        ({"IpProtocol": "tcp", **V4}, "tcp 0-65535 cidr_ipv4 10.0.0.0/8"),
        (tcp(0, 0, **V4), "tcp 0-0 cidr_ipv4 10.0.0.0/8"),
        (tcp(1, 1, IpRanges=[{"CidrIp": "10.1.2.3/8"}]), "tcp 1-1 cidr_ipv4 10.0.0.0/8"),
        (tcp(1, 1, Ipv6Ranges=[{"CidrIpv6": "2001:0DB8:0:0::/64"}]), "tcp 1-1 cidr_ipv6 2001:db8::/64"),
        (tcp(1, 1, Ipv6Ranges=[{"CidrIpv6": "::0/0"}]), "tcp 1-1 cidr_ipv6 ::/0"),
        (tcp(1, 1, PrefixListIds=[{"PrefixListId": "pl-1"}]), "tcp 1-1 prefix_list pl-1"),
        (tcp(1, 1, UserIdGroupPairs=[{"GroupId": "sg-1", "UserId": OWN}]), "tcp 1-1 self"),
        (tcp(1, 1, UserIdGroupPairs=[{"GroupId": "sg-2", "UserId": OWN}]), "tcp 1-1 security_group sg-2"),
        (tcp(1, 1, UserIdGroupPairs=[{"GroupId": "sg-2"}]), "tcp 1-1 security_group sg-2"),
        (
            tcp(1, 1, UserIdGroupPairs=[{"GroupId": "sg-2", "UserId": "222222222222"}]),
            "tcp 1-1 security_group 222222222222/sg-2",
        ),
        (tcp(1, 1, UserIdGroupPairs=[{"GroupName": "old"}]), "tcp 1-1 security_group old"),
        (tcp(1, 1, IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": "why"}]), 'tcp 1-1 cidr_ipv4 10.0.0.0/8 "why"'),
        (tcp(1, 1, IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": ""}]), "tcp 1-1 cidr_ipv4 10.0.0.0/8"),
    ],
)
def test_one_permission(permission: dict[str, Any], expected: str) -> None:
    assert rules(model(SecurityGroups=[group(permission)])) == [f"sg-1 ingress {expected}"]


def test_a_permission_is_one_rule_for_each_peer() -> None:
    both = tcp(22, 22, IpRanges=[{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "10.0.0.0/9"}], Ipv6Ranges=[{"CidrIpv6": "::/0"}])
    assert rules(model(SecurityGroups=[group(egress=(both,))])) == [
        "sg-1 egress tcp 22-22 cidr_ipv4 10.0.0.0/8",
        "sg-1 egress tcp 22-22 cidr_ipv4 10.0.0.0/9",
        "sg-1 egress tcp 22-22 cidr_ipv6 ::/0",
    ]


def test_peering_is_told_with_the_rule() -> None:
    pair = {
        "GroupId": "sg-9", "UserId": "222222222222", "VpcId": "vpc-9", "VpcPeeringConnectionId": "pcx-1",
        "PeeringStatus": "deleted",
    }  # fmt: skip
    listed = {
        "SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "GroupOwnerId": OWN, "IsEgress": False, "IpProtocol": "tcp",
        "FromPort": 1, "ToPort": 1, "ReferencedGroupInfo": pair, "Tags": [{"Key": "a", "Value": "b"}],
    }  # fmt: skip
    found = model(SecurityGroups=[group(tcp(1, 1, UserIdGroupPairs=[pair]))], SecurityGroupRules=[listed])
    (rule,) = found.rules
    assert (rule.peer.value, rule.peering_status, rule.id, rule.tags) == (
        "222222222222/sg-9",
        "deleted",
        "sgr-1",
        {"a": "b"},
    )
    (alone,) = model(SecurityGroupRules=[listed]).rules
    assert (alone.peer, alone.peering_status, alone.id) == (rule.peer, "deleted", "sgr-1")


def test_the_same_rule_twice_keeps_both_ids() -> None:
    """moto takes one network in two spellings for two; old accounts hold such pairs."""
    permission = tcp(1, 1, Ipv6Ranges=[{"CidrIpv6": "2001:db8::/64"}, {"CidrIpv6": "2001:db8:0:0::/64"}])
    listed = [
        {"SecurityGroupRuleId": f"sgr-{n}", "GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1,
         "CidrIpv6": cidr, "IsEgress": False}
        for n, cidr in enumerate(("2001:db8::/64", "2001:db8:0:0::/64"))
    ]  # fmt: skip
    found = model(SecurityGroups=[group(permission)], SecurityGroupRules=listed)
    assert [rule.id for rule in found.rules] == ["sgr-0", "sgr-1"]
    assert found.skipped == ()


def test_calls_that_disagree_are_said() -> None:
    found = model(SecurityGroups=[group(tcp(1, 1, **V4))], SecurityGroupRules=[])
    assert [rule.id for rule in found.rules] == [None]
    assert reasons(found) == [
        f"{OWN}/eu-west-1 rules of sg-1: the group changed while it was read: "
        "DescribeSecurityGroups and DescribeSecurityGroupRules differ"
    ]


def test_a_strange_cidr_is_skipped_and_said() -> None:
    found = model(SecurityGroups=[group(tcp(1, 1, IpRanges=[{"CidrIp": "nonsense"}]), tcp(2, 2, **V4))])
    assert rules(found) == ["sg-1 ingress tcp 2-2 cidr_ipv4 10.0.0.0/8"]
    assert reasons(found) == [f'{OWN}/eu-west-1 sg-1: "nonsense" is no IPv4 CIDR block']


def test_a_group() -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "s"}, {"Key": "Name"}]
    found = model(SecurityGroups=[group(Tags=tags, OwnerId="222222222222", GroupName="default", Description="")])
    (only,) = found.security_groups
    assert (only.address, only.id, only.name, only.default) == ("sg-1", "sg-1", "default", True)
    assert (only.account, only.region, only.vpc_id, only.description) == ("222222222222", "eu-west-1", "vpc-1", None)
    assert only.tags == {"aws:cloudformation:stack-name": "s", "Name": ""}
    assert found.unread == {"prefix_lists", "network_acl_rules", "attachments", "monitoring"}


def test_prefix_lists() -> None:
    lists = [{"PrefixListId": "pl-1", "PrefixListName": "a"}, {"PrefixListId": "pl-2"}]
    entries = {"pl-1": [{"Cidr": "2001:DB8::/32"}, {"Cidr": "10.0.0.1/8"}, {"Cidr": "10.0.0.0/8"}]}
    found = model(PrefixLists=lists, PrefixListEntries=entries)
    assert found.prefix_lists == (
        PrefixList("pl-1", "pl-1", "a", ("10.0.0.0/8", "2001:db8::/32"), None),
        PrefixList("pl-2", "pl-2", None, Unknown("the entries of pl-2 were not read"), None),
    )


def test_network_acls() -> None:
    entries = [
        {"RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "Egress": False, "CidrBlock": "0.0.0.0/0",
         "PortRange": {"From": 22, "To": 22}},
        {"RuleNumber": 110, "Protocol": "1", "RuleAction": "deny", "Egress": True, "CidrBlock": "10.0.0.0/8",
         "IcmpTypeCode": {"Type": 8, "Code": -1}},
        {"RuleNumber": 120, "Protocol": "-1", "RuleAction": "allow", "Egress": True, "Ipv6CidrBlock": "::/0"},
        {"RuleNumber": 130, "Protocol": "-1", "RuleAction": "allow", "Egress": True},
        {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": True, "CidrBlock": "0.0.0.0/0"},
    ]  # fmt: skip
    found = model(NetworkAcls=[{"NetworkAclId": "acl-1", "Entries": entries}])
    assert [
        (r.direction, r.rule_number, r.action, r.protocol, r.from_port, r.to_port, r.cidr)
        for r in found.network_acl_rules
    ] == [
        ("egress", 110, "deny", "icmp", 8, -1, "10.0.0.0/8"),
        ("egress", 120, "allow", "all", None, None, "::/0"),
        ("ingress", 100, "allow", "tcp", 22, 22, "0.0.0.0/0"),
    ]
    assert reasons(found) == [f"{OWN}/eu-west-1 acl-1: entry 130 has no CIDR block"]
