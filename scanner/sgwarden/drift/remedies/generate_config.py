"""Terraform code that declares what is live, so that it can be adopted instead of undone."""

from __future__ import annotations

import re
import shlex

from sgwarden.drift.differences import Difference
from sgwarden.model.security_groups import Rule, SecurityGroup


def vpc_rule_resource(each: Difference, rule: Rule) -> str:
    """Return a rule resource of its own, with the block that imports the live rule."""
    kind = f"aws_vpc_security_group_{rule.direction}_rule"
    name = _name(
        f"{each.group_name or each.group_id}_{rule.protocol}_{rule.from_port if rule.from_port is not None else 'any'}"
    )
    group = _reference(each)
    lines = [f'resource "{kind}" "{name}" {{', f"  security_group_id = {group}", *_content(rule, each), "}"]
    if rule.id is not None:
        lines += ["", *import_block(f"{kind}.{name}", rule.id)]
    return "\n".join(lines)


def _reference(each: Difference) -> str:
    """Return the group as code refers to it: by id if it is inside a module."""
    outside = each.address is None or each.address.startswith("module.") or "(deposed" in each.address
    return quote(each.group_id) if outside else f"{each.address}.id"


def _content(rule: Rule, each: Difference) -> list[str]:
    pairs: list[tuple[str, str]] = [("ip_protocol", quote("-1" if rule.protocol == "all" else str(rule.protocol)))]
    if isinstance(rule.from_port, int) and isinstance(rule.to_port, int):
        pairs += [("from_port", str(rule.from_port)), ("to_port", str(rule.to_port))]
    peer = str(rule.peer.value)
    if rule.peer.kind == "self":
        pairs.append(("referenced_security_group_id", _reference(each)))
    else:
        argument = {
            "cidr_ipv4": "cidr_ipv4", "cidr_ipv6": "cidr_ipv6", "prefix_list": "prefix_list_id",
            "security_group": "referenced_security_group_id",
        }[rule.peer.kind]  # fmt: skip
        pairs.append((argument, quote(peer)))
    if isinstance(rule.description, str):
        pairs.append(("description", quote(rule.description)))
    return [f"  {argument} = {value}" for argument, value in pairs]


def inline_block(rule: Rule) -> str:
    """Return the block of a rule inside its group."""
    lines = [f"{rule.direction} {{", f"  protocol = {quote('-1' if rule.protocol == 'all' else str(rule.protocol))}"]
    lines += [f"  from_port = {rule.from_port or 0}", f"  to_port = {rule.to_port or 0}"]
    if rule.peer.kind == "self":
        lines.append("  self = true")
    else:
        argument = {
            "cidr_ipv4": "cidr_blocks", "cidr_ipv6": "ipv6_cidr_blocks", "prefix_list": "prefix_list_ids",
            "security_group": "security_groups",
        }[rule.peer.kind]  # fmt: skip
        lines.append(f"  {argument} = [{quote(str(rule.peer.value))}]")
    if isinstance(rule.description, str):
        lines.append(f"  description = {quote(rule.description)}")
    return "\n".join([*lines, "}"])


def security_group_resource(group: SecurityGroup) -> str:
    """Return a group with the block that imports the live one.

    It leaves out the rules: ``terraform plan`` shows them.
    """
    kind = "aws_default_security_group" if group.default else "aws_security_group"
    name = _name(str(group.name or group.id))
    lines = [*import_block(f"{kind}.{name}", str(group.id)), "", f'resource "{kind}" "{name}" {{']
    for argument in ("vpc_id",) if group.default else ("name", "description", "vpc_id"):
        value = getattr(group, argument)
        if isinstance(value, str):
            lines.append(f"  {argument} = {quote(value)}")
    tags = {
        key: value for key, value in sorted(group.tags.items()) if isinstance(value, str) and not key.startswith("aws:")
    }
    if tags:
        lines += ["  tags = {", *(f"    {quote(key)} = {quote(value)}" for key, value in tags.items()), "  }"]
    return "\n".join([*lines, "}"])


def import_block(address: str, identity: str) -> list[str]:
    """Return the import block of Terraform 1.5 and later."""
    return ["import {", f"  to = {address}", f"  id = {quote(identity)}", "}"]


def import_commands(address: str, identity: str) -> str:
    """Return the import as commands, for an address that the state holds under another id."""
    return f"{shlex.join(('terraform', 'state', 'rm', address))} && {shlex.join(('terraform', 'import', address, identity))}"


def quote(value: str) -> str:
    """Return a string of HCL: https://developer.hashicorp.com/terraform/language/expressions/strings"""
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def _name(value: str) -> str:
    name = re.sub(r"[^0-9A-Za-z_-]", "_", value).strip("_") or "adopted"
    return name if not name[0].isdigit() else f"g_{name}"
