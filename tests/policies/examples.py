"""The examples that policies show of themselves, as Terraform that stands alone."""

from __future__ import annotations

import re


def standing_alone(text: str) -> str:
    """Return an example with the groups and network ACLs that it names without declaring them."""
    declared = set(re.findall(r'resource "aws_security_group" "(\w+)"', text))
    named = set(re.findall(r"aws_security_group\.(\w+)\.", text)) - declared - {"removed"}
    parts = [f'resource "aws_security_group" "{name}" {{\n  description = "Needed"\n}}\n' for name in sorted(named)]
    if "aws_network_acl.main" in text:
        parts.append('resource "aws_network_acl" "main" {\n  vpc_id = "vpc-1"\n}\n')
    return text + "".join(parts)
