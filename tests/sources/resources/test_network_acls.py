"""Network ACLs: entries in blocks and in resources of their own."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.values import Unknown
from tests.sources.values import instance, model, reasons, shown

LATER = Unknown("known after apply")


def entry(**arguments: Any) -> dict[str, Any]:
    base = {"rule_no": 100, "action": "allow", "protocol": "tcp", "from_port": 22, "to_port": 22}
    return {**base, "cidr_block": "0.0.0.0/0", **arguments}


def acl_rules(*instances: Any, kind: str = "hcl") -> list[Any]:
    return [
        tuple(
            shown(part)
            for part in (
                item.network_acl, item.direction, item.rule_number, item.action, item.protocol, item.from_port,
                item.to_port, item.cidr,
            )
        )
        for item in model(*instances, kind=kind).network_acl_rules
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ("tcp", 22, 22, "0.0.0.0/0")),
        ({"protocol": "6"}, ("tcp", 22, 22, "0.0.0.0/0")),
        ({"protocol": -1}, ("all", None, None, "0.0.0.0/0")),
        ({"protocol": "all", "from_port": 0, "to_port": 0}, ("all", None, None, "0.0.0.0/0")),
        ({"protocol": "icmp", "icmp_type": 8}, ("icmp", 8, -1, "0.0.0.0/0")),
        ({"protocol": "58", "icmp_type": -1, "icmp_code": -1}, ("icmpv6", -1, -1, "0.0.0.0/0")),
        ({"protocol": "esp"}, ("50", None, None, "0.0.0.0/0")),
        ({"from_port": None, "to_port": None}, ("tcp", 0, 0, "0.0.0.0/0")),
        ({"cidr_block": "", "ipv6_cidr_block": "::0/0"}, ("tcp", 22, 22, "::/0")),
        ({"cidr_block": LATER}, ("tcp", 22, 22, "?")),
        ({"protocol": LATER}, ("?", 22, 22, "0.0.0.0/0")),
    ],
)
def test_entries(arguments: dict[str, Any], expected: Any) -> None:
    acl = instance("aws_network_acl.a", {"ingress": (entry(**arguments),)})
    assert acl_rules(acl) == [("aws_network_acl.a", "ingress", 100, "allow", *expected)]


def test_rule_resources_find_their_acl() -> None:
    default = instance(
        "aws_default_network_acl.d", {"default_network_acl_id": Unknown("later", "aws_vpc.v", "default_network_acl_id")}
    )
    own = entry(network_acl_id=Unknown("later", "aws_network_acl.a", "id"), rule_number=7, rule_action="DENY")
    other = {**own, "network_acl_id": Unknown("later", "aws_vpc.v", "default_network_acl_id"), "egress": True}
    known = {**own, "network_acl_id": "acl-1"}
    found = acl_rules(
        default,
        instance("aws_network_acl.a", {}),
        instance("aws_network_acl_rule.own", own),
        instance("aws_network_acl_rule.other", other),
        instance("aws_network_acl_rule.known", known),
    )
    assert [item[:4] for item in found] == [
        ("acl-1", "ingress", 7, "deny"),
        ("aws_default_network_acl.d", "egress", 7, "deny"),
        ("aws_network_acl.a", "ingress", 7, "deny"),
    ]


def test_copies_of_rule_resources_are_left_out() -> None:
    refreshed = instance("aws_network_acl.a", {"id": "acl-1", "ingress": (entry(rule_no=7), entry(rule_no=8))})
    rule = instance(
        "aws_network_acl_rule.r", {**entry(), "network_acl_id": "acl-1", "rule_number": 7, "rule_action": "allow"}
    )
    assert [item[2] for item in acl_rules(refreshed, rule, kind="state")] == [8, 7]


def test_odd_entries_are_skipped() -> None:
    acl = instance("aws_network_acl.a", {"ingress": (entry(cidr_block=None), "x", entry(action=None), entry())})
    assert reasons(model(acl)) == [
        "aws_network_acl.a: action is missing",
        "aws_network_acl.a: ingress[1] should be a block and is a string",
        "aws_network_acl.a: neither cidr_block nor ipv6_cidr_block is set",
    ]
    assert len(model(acl).network_acl_rules) == 1


def test_unknown_blocks() -> None:
    acl = instance("aws_network_acl.a", {"egress": LATER})
    assert acl_rules(acl) == [("aws_network_acl.a", "egress", "?", "?", "?", "?", "?", "?")]
    undeclared = instance("aws_network_acl.a", {"egress": LATER}, declared=frozenset())
    assert acl_rules(undeclared) == []
