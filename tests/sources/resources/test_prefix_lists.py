"""Managed prefix lists and their entries."""

from __future__ import annotations

from typing import Any

from sgwarden.model.values import Unknown
from tests.sources.values import instance, model, reasons, shown

LATER = Unknown("known after apply")


def entry(**arguments: Any) -> dict[str, Any]:
    base = {"rule_no": 100, "action": "allow", "protocol": "tcp", "from_port": 22, "to_port": 22}
    return {**base, "cidr_block": "0.0.0.0/0", **arguments}


def test_prefix_lists() -> None:
    found = model(
        instance("aws_ec2_managed_prefix_list.a", {"id": "pl-1", "name": "a", "entry": ({"cidr": "10.1.0.1/8"}, LATER)}),
        instance("aws_ec2_managed_prefix_list.b", {"name": LATER, "entry": LATER}),
        instance("aws_ec2_managed_prefix_list_entry.e", {"prefix_list_id": "pl-1", "cidr": "0.0.0.0/0"}),
        instance("aws_ec2_managed_prefix_list_entry.f", {"prefix_list_id": LATER, "cidr": "0.0.0.0/0"}),
        instance("data.aws_ec2_managed_prefix_list.s3", {"id": "pl-2", "name": "s3", "entries": ({"cidr": "2001:DB8::/32"},)}),
        instance("aws_security_group_rule.r", {
            "type": "egress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 1, "to_port": 1,
            "prefix_list_ids": ("pl-1", "pl-2", "pl-3"),
        }),
    )  # fmt: skip
    assert [
        (
            item.address,
            item.id,
            shown(item.name),
            [shown(c) for c in item.cidrs] if isinstance(item.cidrs, tuple) else "?",
        )
        for item in found.prefix_lists
    ] == [
        ("aws_ec2_managed_prefix_list.a", "pl-1", "a", ["0.0.0.0/0", "10.0.0.0/8", "?"]),
        ("aws_ec2_managed_prefix_list.b", None, "?", "?"),
        ("data.aws_ec2_managed_prefix_list.s3", "pl-2", "s3", ["2001:db8::/32"]),
    ]
    assert [item.peer.value for item in found.rules] == [
        "aws_ec2_managed_prefix_list.a", "data.aws_ec2_managed_prefix_list.s3", "pl-3",
    ]  # fmt: skip
    assert reasons(found) == ["aws_ec2_managed_prefix_list_entry.f: its prefix list is not known"]
