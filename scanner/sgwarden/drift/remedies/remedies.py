"""Ways to settle a difference, as text for people to review: nothing here is ever run by sgwarden."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from sgwarden.drift.differences import Comparison, Difference, Remedy
from sgwarden.drift.remedies.generate_config import adopted_block, adopted_group, adopted_rule, import_shell
from sgwarden.model.security_groups import Rule

_REVERT = "revert the change in AWS"


def with_remedies(comparison: Comparison, directory_of: Callable[[Difference], str | None] | None = None) -> Comparison:
    """The comparison with ``remedies`` of every difference; ``directory_of`` tells where Terraform is to be run."""

    def of(each: Difference) -> tuple[Remedy, ...]:
        found = remedies(each)
        directory = directory_of(each) if directory_of is not None and found else None
        return tuple(found if directory in (None, ".") else [_in(directory, remedy) for remedy in found])

    return replace(comparison, differences=tuple(replace(each, remedies=of(each)) for each in comparison.differences))


def _in(directory: str | None, remedy: Remedy) -> Remedy:
    """The remedy with Terraform run in the directory of its root module."""
    if remedy.language != "shell":
        return remedy
    chosen = shlex.quote(f"-chdir={directory}")
    return replace(remedy, text=_TERRAFORM.sub(lambda _: f"terraform {chosen} ", remedy.text))


_TERRAFORM = re.compile(r"(?:^|(?<=&& ))terraform (?=apply |state |import )", re.MULTILINE)


def remedies(each: Difference) -> list[Remedy]:
    """Remedies for one difference, what brings AWS back to the code first."""
    make = {
        "rule_added": _added,
        "rule_removed": _removed,
        "rule_changed": _changed,
        "rule_recreated": _recreated,
        "group_missing": _missing,
        "group_unmanaged": _unmanaged,
        "attribute_changed": _attribute,
        "prefix_list_changed": _applied,
    }[each.kind]
    return make(each)


def aws(difference: Difference, operation: str, *arguments: str) -> str:
    """A command of the AWS CLI for EC2, quoted for a POSIX shell."""
    region = ("--region", difference.region) if difference.region else ()
    return shlex.join(("aws", "ec2", operation, *region, *arguments))


def _applied(each: Difference) -> list[Remedy]:
    """Let Terraform restore what it declares."""
    if not each.exclusive or not each.addresses:
        return []
    targets = [f"-target={address}" for address in each.addresses]
    return [Remedy("let Terraform restore it", "shell", shlex.join(("terraform", "apply", *targets)))]


def _added(each: Difference) -> list[Remedy]:
    rule = each.rule_live
    assert rule is not None
    found = _applied(each)
    found.append(Remedy("remove the rule in AWS", "shell", _revoke(each, rule)))
    if each.ownership is not None and each.ownership.kind in ("inline", "empty"):
        found.append(Remedy(f"or keep it: add this block to {each.address}", "hcl", adopted_block(rule)))
    else:
        found.append(Remedy("or keep it: declare the rule and import it", "hcl", adopted_rule(each, rule)))
    return found


def _removed(each: Difference) -> list[Remedy]:
    rule = each.rule_declared
    assert rule is not None
    found = _applied(each)
    if not rule.sensitive:
        found.append(
            Remedy(
                "or put the rule back in AWS", "shell",
                aws(each, f"authorize-security-group-{rule.direction}", "--group-id", each.group_id,
                    "--ip-permissions", _json([permission(rule, each.group_id)])),
            )
        )  # fmt: skip
    found.append(
        Remedy("or accept it: take the rule out of the code", "hcl", f"# remove from the code: {rule.address}")
    )
    return found


def _changed(each: Difference) -> list[Remedy]:
    own, live = each.rule_declared, each.rule_live
    assert own is not None
    assert live is not None
    found = _applied(each)
    if own.sensitive:
        return found
    if each.attribute == "description":
        text = own.description if isinstance(own.description, str) else ""
        operation = f"update-security-group-rule-descriptions-{own.direction}"
        if live.id is not None:
            given = (
                "--security-group-rule-descriptions",
                _json([{"SecurityGroupRuleId": live.id, "Description": text}]),
            )
        else:
            given = ("--ip-permissions", _json([permission(own, each.group_id)]))
        found.append(Remedy(_REVERT, "shell", aws(each, operation, "--group-id", each.group_id, *given)))
    elif live.id is not None:
        content = _json([{"SecurityGroupRuleId": live.id, "SecurityGroupRule": _request(own, each.group_id)}])
        found.append(
            Remedy(
                _REVERT, "shell",
                aws(each, "modify-security-group-rules", "--group-id", each.group_id, "--security-group-rules", content),
            )
        )  # fmt: skip
    return found


def _recreated(each: Difference) -> list[Remedy]:
    own, live = each.rule_declared, each.rule_live
    if own is None or live is None or live.id is None or own.style != "vpc_rule":
        return []
    return [
        Remedy(
            "tell Terraform the new id, or its next apply fails on a duplicate",
            "shell",
            import_shell(own.address, live.id),
        )
    ]


def _missing(each: Difference) -> list[Remedy]:
    found = _applied(each)
    if each.address is not None:
        forget = shlex.join(("terraform", "state", "rm", each.address))
        found.append(Remedy("or accept it: take it out of the code, and out of the state with", "shell", forget))
    return found


def _unmanaged(each: Difference) -> list[Remedy]:
    if each.group_live is None or each.service is not None:
        return []
    uses = aws(each, "describe-network-interfaces", "--filters", f"Name=group-id,Values={each.group_id}")
    return [
        Remedy("see what uses it", "shell", uses),
        Remedy("adopt it", "hcl", adopted_group(each.group_live)),
        Remedy(
            "or delete it, when nothing uses it",
            "shell",
            aws(each, "delete-security-group", "--group-id", each.group_id),
        ),
    ]


def _attribute(each: Difference) -> list[Remedy]:
    found = _applied(each)
    if each.attribute != "tags" or "sensitive" in (each.declared or {}).get("tags", {}):
        return found
    own, other = (each.declared or {})["tags"], (each.live or {})["tags"]
    back = [f"Key={_field(key)},Value={_field(str(value))}" for key, value in own.items() if other.get(key) != value]
    extra = [f"Key={_field(key)}" for key in other if key not in own]
    if back:
        found.append(
            Remedy(
                "or put the tags back in AWS",
                "shell",
                aws(each, "create-tags", "--resources", each.group_id, "--tags", *back),
            )
        )
    if extra:
        found.append(
            Remedy(
                "or take the extra tags off in AWS",
                "shell",
                aws(each, "delete-tags", "--resources", each.group_id, "--tags", *extra),
            )
        )
    return found


def _field(text: str) -> str:
    """A value in the shorthand syntax of the AWS CLI.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
    """
    plain = text and not set(text) & set(",='\"[]{} \\")
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _revoke(each: Difference, rule: Rule) -> str:
    operation = f"revoke-security-group-{rule.direction}"
    if rule.id is not None:
        return aws(each, operation, "--group-id", each.group_id, "--security-group-rule-ids", rule.id)
    return aws(
        each, operation, "--group-id", each.group_id, "--ip-permissions", _json([permission(rule, each.group_id)])
    )


def permission(rule: Rule, group_id: str) -> dict[str, Any]:
    """The rule as an IpPermission of EC2."""
    found: dict[str, Any] = {"IpProtocol": "-1" if rule.protocol == "all" else str(rule.protocol)}
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


def _request(rule: Rule, group_id: str) -> dict[str, Any]:
    """The rule as a SecurityGroupRuleRequest of EC2."""
    found: dict[str, Any] = {"IpProtocol": "-1" if rule.protocol == "all" else str(rule.protocol)}
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


def _json(value: Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


__all__ = ["aws", "permission", "remedies", "with_remedies"]
