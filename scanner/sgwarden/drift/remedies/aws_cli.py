"""Commands of the AWS CLI for EC2, as text for people to review, and the documents that they take."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from sgwarden.drift.differences import Difference
from sgwarden.model.security_groups import Rule


def command(difference: Difference, operation: str, *arguments: str) -> str:
    """Return a command of the AWS CLI for EC2, quoted for a POSIX shell."""
    region = ("--region", difference.region) if difference.region else ()
    return shlex.join(("aws", "ec2", operation, *region, *arguments))


def revoke(each: Difference, rule: Rule) -> str:
    """Return the command that removes a rule."""
    operation = f"revoke-security-group-{rule.direction}"
    if rule.id is not None:
        return command(each, operation, "--group-id", each.group_id, "--security-group-rule-ids", rule.id)
    return command(
        each, operation, "--group-id", each.group_id, "--ip-permissions", as_json([permission(rule, each.group_id)])
    )


def permission(rule: Rule, group_id: str) -> dict[str, object]:
    """Return the rule as an IpPermission of EC2."""
    found: dict[str, object] = {"IpProtocol": "-1" if rule.protocol == "all" else str(rule.protocol)}
    if isinstance(rule.from_port, int) and isinstance(rule.to_port, int):
        found |= {"FromPort": rule.from_port, "ToPort": rule.to_port}
    text = {"Description": rule.description} if isinstance(rule.description, str) else {}
    value = str(rule.peer.value)
    kind = rule.peer.kind
    if kind in ("security_group", "self"):
        account, _, identity = (value if kind == "security_group" else group_id).rpartition("/")
        found["UserIdGroupPairs"] = [{"GroupId": identity, **({"UserId": account} if account else {}), **text}]
    else:
        name, item = {
            "cidr_ipv4": ("IpRanges", "CidrIp"), "cidr_ipv6": ("Ipv6Ranges", "CidrIpv6"), "prefix_list": ("PrefixListIds", "PrefixListId"),
        }[kind]  # fmt: skip
        found[name] = [{item: value, **text}]
    return found


def rule_request(rule: Rule, group_id: str) -> dict[str, object]:
    """Return the rule as a SecurityGroupRuleRequest of EC2."""
    found: dict[str, object] = {"IpProtocol": "-1" if rule.protocol == "all" else str(rule.protocol)}
    found |= {
        "FromPort": rule.from_port if isinstance(rule.from_port, int) else -1,
        "ToPort": rule.to_port if isinstance(rule.to_port, int) else -1,
    }
    name = {"cidr_ipv4": "CidrIpv4", "cidr_ipv6": "CidrIpv6", "prefix_list": "PrefixListId"}.get(
        rule.peer.kind, "ReferencedGroupId"
    )
    value = group_id if rule.peer.kind == "self" else str(rule.peer.value).rpartition("/")[2]
    found[name] = str(rule.peer.value) if rule.peer.kind.startswith("cidr") else value
    if isinstance(rule.description, str):
        found["Description"] = rule.description
    return found


def shorthand(text: str) -> str:
    """Return a value in the shorthand syntax of the AWS CLI.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
    """
    plain = text and not set(text) & set(",='\"[]{} \\")
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_json(value: Sequence[object]) -> str:
    """Return an argument that the AWS CLI reads as JSON."""
    return json.dumps(value, ensure_ascii=False)
