"""The recorded account once more, inside this process: moto answers boto3 as AWS would.

moto gives every resource an id of its own, so the ids of the recorded state are replaced by those.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sgwarden.demo.world import REGION, World
from sgwarden.errors import UsageError
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.security_groups import Rule, SecurityGroup

_PORTS = {"tcp", "udp", "icmp", "icmpv6"}


@contextmanager
def account(world: World) -> Iterator[World]:
    """Let boto3 reach an account like the recorded one after the changes; yield the world with its ids.

    Raises UsageError when moto is not installed.
    """
    try:
        from moto import mock_aws  # imported late: optional and slow
    except ImportError as error:
        raise UsageError(
            "--embedded-aws needs moto", next_step="pip install 'sgwarden[demo]', or leave the option out"
        ) from error
    credentials = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_DEFAULT_REGION": REGION}
    with patch.dict("os.environ", credentials), mock_aws():
        ids = _create(_recorded(world))
        text = json.dumps(world.state)
        for old, new in ids.items():
            text = text.replace(old, new)
        yield World(world.code, json.loads(text), world.before, world.after)


def _recorded(world: World) -> Infrastructure:
    from sgwarden.sources.snapshot import document  # imported late: with it come all sources

    (place,) = document.read(json.dumps(world.after).encode(), "the recorded account")
    return place


def _create(recorded: Infrastructure) -> dict[str, str]:
    """Make the VPC, groups and rules; new id by recorded id."""
    import boto3  # imported late: slow

    ec2 = boto3.client("ec2", region_name=REGION)
    ids: dict[str, str] = {}
    own = [group for group in recorded.security_groups if not group.default]
    for vpc in sorted({str(group.vpc_id) for group in own}):
        ids[vpc] = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    for group in own:
        ids[str(group.id)] = _create_group(ec2, group, ids)
    for rule in recorded.rules:
        if str(rule.security_group) in ids:
            ids[str(rule.id)] = _create_rule(ec2, rule, ids)
    return ids


def _create_group(ec2: Any, group: SecurityGroup, ids: dict[str, str]) -> str:
    made = ec2.create_security_group(
        GroupName=str(group.name), Description=str(group.description), VpcId=ids[str(group.vpc_id)]
    )["GroupId"]
    ec2.revoke_security_group_egress(
        GroupId=made, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )
    if group.tags:
        ec2.create_tags(Resources=[made], Tags=[{"Key": key, "Value": str(value)} for key, value in group.tags.items()])
    return str(made)


def _create_rule(ec2: Any, rule: Rule, ids: dict[str, str]) -> str:
    group = ids[str(rule.security_group)]
    described = {"Description": rule.description} if rule.description else {}
    permission: dict[str, object] = {"IpProtocol": "-1" if rule.protocol == "all" else rule.protocol}
    if rule.protocol in _PORTS:
        permission |= {"FromPort": rule.from_port, "ToPort": rule.to_port}
    value = str(rule.peer.value)
    if rule.peer.kind == "cidr_ipv4":
        permission["IpRanges"] = [{"CidrIp": value, **described}]
    elif rule.peer.kind == "cidr_ipv6":
        permission["Ipv6Ranges"] = [{"CidrIpv6": value, **described}]
    elif rule.peer.kind == "prefix_list":
        permission["PrefixListIds"] = [{"PrefixListId": value, **described}]
    else:
        peer = group if rule.peer.kind == "self" else ids.get(value, value)
        permission["UserIdGroupPairs"] = [{"GroupId": peer, **described}]
    call = ec2.authorize_security_group_ingress if rule.direction == "ingress" else ec2.authorize_security_group_egress
    made = call(GroupId=group, IpPermissions=[permission])
    return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])
