"""How resources of one source are found by others: by address, id and name."""

from __future__ import annotations

from typing import Any

from sgwarden.model.values import Unknown
from tests.sources.values import instance, model, rules

SG = "aws_security_group.web"


LATER = Unknown("known after apply")


def group(**attributes: Any) -> Any:
    return instance(SG, {"name": "web", **attributes})


def ingress(*blocks: Any) -> list[str]:
    return [line.removeprefix(f"{SG} ingress ") for line in rules(model(group(ingress=blocks)))]


def vpc_rule(**attributes: Any) -> Any:
    base = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 22, "to_port": 22}
    return instance("aws_vpc_security_group_ingress_rule.a", {**base, **attributes})


def sg_rule(**attributes: Any) -> Any:
    base = {"type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22}
    return instance("aws_security_group_rule.a", {**base, **attributes})


def test_the_group_of_a_rule_by_address_by_id_and_unknown() -> None:
    web = instance("module.a.aws_security_group.web[0]", {"id": "sg-1"})
    lines = rules(
        model(
            web,
            sg_rule(cidr_blocks=("10.0.0.0/8",)),
            vpc_rule(
                security_group_id=Unknown("later", "module.a.aws_security_group.web[0]", "id"),
                referenced_security_group_id=Unknown("later", "aws_security_group.elsewhere", "id"),
            ),
            instance("aws_security_group_rule.b", {**sg_rule(self=True).attributes, "security_group_id": "sg-2"}),
            instance("aws_security_group_rule.c", {**sg_rule(self=True).attributes, "security_group_id": LATER}),
        )
    )
    assert lines == [
        "module.a.aws_security_group.web[0] ingress tcp 22-22 cidr_ipv4 10.0.0.0/8",
        "sg-2 ingress tcp 22-22 self",
        "? ingress tcp 22-22 self",
        "module.a.aws_security_group.web[0] ingress tcp 22-22 security_group ?aws_security_group.elsewhere.id",
    ]


def test_an_attribute_that_is_no_identity_does_not_name_the_group() -> None:
    vpc = Unknown("later", SG, "vpc_id")
    assert rules(model(group(), sg_rule(security_group_id=vpc, self=True))) == [f"?{SG}.vpc_id ingress tcp 22-22 self"]


def test_the_default_group_through_its_network() -> None:
    default = instance("aws_default_security_group.d", {"vpc_id": Unknown("later", "aws_vpc.main", "id")})
    rule = sg_rule(security_group_id=Unknown("later", "aws_vpc.main", "default_security_group_id"), self=True)
    assert rules(model(default, rule)) == ["aws_default_security_group.d ingress tcp 22-22 self"]
