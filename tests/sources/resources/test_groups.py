"""Security groups, and who declares their rules."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.values import Unknown
from tests.sources.values import instance, model, rules

SG = "aws_security_group.web"


LATER = Unknown("known after apply")


def group(**attributes: Any) -> Any:
    return instance(SG, {"name": "web", **attributes})


def block(**arguments: Any) -> dict[str, Any]:
    return {"protocol": "tcp", "from_port": 22, "to_port": 22, **arguments}


def ingress(*blocks: Any) -> list[str]:
    return [line.removeprefix(f"{SG} ingress ") for line in rules(model(group(ingress=blocks)))]


def vpc_rule(**attributes: Any) -> Any:
    base = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 22, "to_port": 22}
    return instance("aws_vpc_security_group_ingress_rule.a", {**base, **attributes})


def sg_rule(**attributes: Any) -> Any:
    base = {"type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22}
    return instance("aws_security_group_rule.a", {**base, **attributes})


def test_groups() -> None:
    held = model(
        instance("aws_security_group.plain", {"name": "plain", "vpc_id": "vpc-1", "tags": {"a": "b"}}),
        instance("aws_security_group.prefixed", {"name_prefix": "p-", "description": ""}),
        instance("aws_security_group.bare", {}),
        instance("aws_default_security_group.d", {"vpc_id": "vpc-1"}),
    )
    shown = [
        (
            item.address, item.name if isinstance(item.name, str) else "?", item.name_prefix, item.description,
            item.vpc_id if isinstance(item.vpc_id, str) else "?", item.default, item.rules_managed,
        )
        for item in held.security_groups
    ]  # fmt: skip
    assert shown == [
        ("aws_default_security_group.d", "default", None, "default VPC security group", "vpc-1", True, "all"),
        ("aws_security_group.bare", "?", "terraform-", "Managed by Terraform", "?", False, "none"),
        ("aws_security_group.plain", "plain", None, "Managed by Terraform", "vpc-1", False, "none"),
        ("aws_security_group.prefixed", "?", "p-", None, "?", False, "none"),
    ]


def test_a_new_group_without_egress_has_none() -> None:
    """The provider revokes the allow-all rule that EC2 gives to a new group."""
    assert model(group()).rules == ()


def test_account_and_region_of_the_arn() -> None:
    arn = "arn:aws-cn:ec2:cn-north-1:123456789012:security-group/sg-1"
    (held,) = model(group(arn=arn), kind="state").security_groups
    assert (held.account, held.region) == ("123456789012", "cn-north-1")


@pytest.mark.parametrize(
    ("declared", "ingress_list", "separate", "expected"),
    [
        (frozenset(), (block(self=True),), False, (True, False)),
        (None, (block(self=True),), False, (True, False)),
        (None, (block(self=True),), True, (False, False)),
        (frozenset({"ingress"}), (block(self=True),), True, (True, False)),
        (frozenset({"ingress", "egress"}), (), False, (True, True)),
        (frozenset(), LATER, False, (False, False)),
        (frozenset({"ingress"}), LATER, False, (True, False)),
        (None, (), False, (False, False)),
    ],
)
def test_who_declares_the_rules(declared: Any, ingress_list: Any, separate: bool, expected: tuple[bool, bool]) -> None:
    held = instance(SG, {"id": "sg-1", "ingress": ingress_list}, declared=declared)
    other = [sg_rule(cidr_blocks=("10.0.0.0/8",))] if separate else []
    (shown,) = model(held, *other, kind="state").security_groups
    assert (shown.ingress_inline, shown.egress_inline) == expected


def test_copies_of_separate_rules_are_not_rules_of_their_own() -> None:
    """After a refresh a group without blocks lists every live rule: those of resources, and those of nobody."""
    refreshed = instance(
        SG, {"id": "sg-1", "ingress": (block(cidr_blocks=("10.0.0.0/8", "0.0.0.0/0"), description="copied"),)}
    )
    found = model(refreshed, sg_rule(cidr_blocks=("10.0.0.0/8",)), kind="state")
    assert [(rule.address, rule.peer.value) for rule in found.rules] == [
        (SG, "0.0.0.0/0"),
        ("aws_security_group_rule.a", "10.0.0.0/8"),
    ]
    assert found.security_groups[0].rules_managed == "some"


def test_exclusive_rule_sets() -> None:
    rule = Unknown("later", "aws_vpc_security_group_ingress_rule.a", "id")
    held = instance(
        "aws_vpc_security_group_rules_exclusive.x",
        {
            "security_group_id": Unknown("later", SG, "id"),
            "ingress_rule_ids": (rule, "sgr-5"),
            "egress_rule_ids": LATER,
        },
    )
    (found,) = model(group(), vpc_rule(cidr_ipv4="10.0.0.0/8"), held).rule_sets
    assert (found.security_group, found.ingress_rules, found.egress_rules) == (
        SG, ("aws_vpc_security_group_ingress_rule.a", "sgr-5"), LATER,
    )  # fmt: skip
