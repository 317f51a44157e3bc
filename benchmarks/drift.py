"""Drift at the size of a large account: 10,000 groups with 100,000 rules declared in states, against a snapshot."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from timing import Command, measure, show

_ACCOUNT, _REGION = "111122223333", "eu-west-1"


def main() -> None:
    """Write both sides, measure, and print the figures; the limits are 5 s and 1 GiB on one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=10_000)
    parser.add_argument("--rules", type=int, default=10, help="rules of each group")
    parser.add_argument("--differences", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        states = write_states(directory, arguments.groups, arguments.rules)
        same, drifted = directory / "same.json", directory / "drifted.json"
        write_snapshot(same, arguments.groups, arguments.rules, 0)
        write_snapshot(drifted, arguments.groups, arguments.rules, arguments.differences)
        base = [sys.executable, "-m", "sgwarden", "drift", "--quiet", "--format", "json", *states, "--live"]
        one_core = ["taskset", "-c", "0"] if os.path.exists("/usr/bin/taskset") else []
        commands = [
            Command("in sync", [*one_core, *base, str(same)]),
            Command(f"{arguments.differences} differences", [*one_core, *base, str(drifted)]),
        ]
        figures = measure(commands, arguments.runs)
        show(
            f"{arguments.groups} groups, {arguments.groups * arguments.rules} rules, {len(states)} states",
            figures,
            "in sync",
        )


def write_states(directory: Path, groups: int, rules: int) -> list[str]:
    """Write states of 1,000 groups each, half of them with inline rules and half with rule resources; return paths."""
    paths = []
    for number, start in enumerate(range(0, groups, 1000)):
        resources: list[dict[str, Any]] = []
        for index in range(start, min(start + 1000, groups)):
            resources += _declared(index, rules)
        path = directory / f"{number:03}.tfstate"
        document = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": resources}
        path.write_text(json.dumps(document))
        paths.append(str(path))
    return paths


def _id(index: int) -> str:
    return f"sg-{index:017x}"


def _cidr(index: int, rule: int) -> str:
    return f"10.{index % 250}.{rule}.0/24"


def _declared(index: int, rules: int) -> Iterator[dict[str, Any]]:
    inline = index % 2 == 0
    blocks = [
        {
            "protocol": "tcp", "from_port": 1000 + rule, "to_port": 1000 + rule, "cidr_blocks": [_cidr(index, rule)],
            "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False, "description": "why",
        }
        for rule in range(rules if inline else 0)
    ]  # fmt: skip
    values = {
        "id": _id(index), "arn": f"arn:aws:ec2:{_REGION}:{_ACCOUNT}:security-group/{_id(index)}", "name": f"g{index}",
        "description": "a group", "vpc_id": "vpc-1", "ingress": blocks, "egress": [], "tags": {"n": str(index)},
        "tags_all": {"n": str(index)},
    }  # fmt: skip
    yield _resource("aws_security_group", f"g{index}", values)
    for rule in range(0 if inline else rules):
        values = {
            "id": f"sgr-{index}-{rule}", "security_group_id": _id(index), "ip_protocol": "tcp", "from_port": 1000 + rule,
            "to_port": 1000 + rule, "cidr_ipv4": _cidr(index, rule), "description": "why", "tags": None,
        }  # fmt: skip
        yield _resource("aws_vpc_security_group_ingress_rule", f"g{index}_{rule}", values)


def _resource(type_: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "mode": "managed", "type": type_, "name": name, "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 1, "attributes": values, "sensitive_attributes": []}],
    }  # fmt: skip


def write_snapshot(path: Path, groups: int, rules: int, differences: int) -> None:
    """Write the same account live; the first groups have a rule more than is declared."""
    from sgwarden.aws.answers import Documents
    from sgwarden.sources.live.region import infrastructure, named
    from sgwarden.sources.snapshot import document as snapshot

    found = Documents(_ACCOUNT, _REGION)
    found.lists = {
        "SecurityGroups": [],
        "SecurityGroupRules": [],
        "PrefixLists": [],
        "NetworkInterfaces": [],
        "NetworkAcls": [],
    }
    for index in range(groups):
        permissions = []
        for rule in range(rules + (index < differences)):
            extra = rule == rules
            cidr = "0.0.0.0/0" if extra else _cidr(index, rule)
            port = 22 if extra else 1000 + rule
            ranges = [{"CidrIp": cidr, "Description": "why"}]
            permissions.append({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges})
            found.lists["SecurityGroupRules"].append(
                {
                    "SecurityGroupRuleId": f"sgr-{index}-{rule}", "GroupId": _id(index), "GroupOwnerId": _ACCOUNT,
                    "IsEgress": False, "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIpv4": cidr,
                    "Description": "why",
                }
            )  # fmt: skip
        found.lists["SecurityGroups"].append(
            {
                "GroupId": _id(index), "GroupName": f"g{index}", "Description": "a group", "OwnerId": _ACCOUNT,
                "VpcId": "vpc-1", "IpPermissions": permissions, "IpPermissionsEgress": [],
                "Tags": [{"Key": "n", "Value": str(index)}],
            }
        )  # fmt: skip
    path.write_text(snapshot.write([infrastructure(found, named("live")(found))], "2026-01-01T00:00:00Z"))


if __name__ == "__main__":
    main()
