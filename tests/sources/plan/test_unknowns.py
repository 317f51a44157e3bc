"""Unknown values of a plan: which of them stand for a resource."""

from __future__ import annotations

from typing import Any

from sgwarden.model.infrastructure import Source
from sgwarden.model.values import Unknown
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.resources import build
from tests.sources.plan.plans import DB, RULE, WEB, change, configured, document, instances
from tests.sources.values import rules, shown


def test_lists_of_groups() -> None:
    def groups(*names: str) -> Any:
        lb = change("aws_lb.a", {"name": "a"}, {"security_groups": True})
        found = instances(document([WEB, DB, lb], [configured("aws_lb.a", security_groups=list(names))]))
        value = found["aws_lb.a"].attributes["security_groups"]
        return [shown(item) for item in value] if isinstance(value, tuple) else shown(value)

    assert groups("aws_security_group.web.id", "aws_security_group.web") == ["?aws_security_group.web.id"]
    assert groups("aws_security_group.web.id", "aws_security_group.db.id") == [
        "?aws_security_group.web.id",
        "?aws_security_group.db.id",
    ]
    assert groups("var.which", "aws_security_group.web.id", "aws_security_group.db.id") == "?"


def test_a_list_of_networks_never_stands_for_one_of_them() -> None:
    """The plan hides constants beside an unknown element: the list may hold the whole internet."""
    vpc = change("aws_vpc.main", {}, {"cidr_block": True})
    rule = change("aws_security_group_rule.r", RULE, {"cidr_blocks": True})
    config = configured("aws_security_group_rule.r", cidr_blocks=["aws_vpc.main.cidr_block", "aws_vpc.main"])
    found = instances(document([vpc, rule], [config]))["aws_security_group_rule.r"].attributes["cidr_blocks"]
    assert found == Unknown("aws_vpc.main.cidr_block is known after apply")


def test_blocks_of_unknown_number_show_as_one_of_unknown_content() -> None:
    """Recorded from Terraform 1.11.4: a dynamic block over an unknown set; an argument left out stays empty."""
    after = {
        "name": "uncounted",
        "ingress": [
            {"description": "", "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False}
        ],
    }
    block = {"cidr_blocks": True, "from_port": True, "protocol": True, "to_port": True, "security_groups": []}
    made = change("aws_security_group.a", after, {"id": True, "egress": True, "ingress": [block]})
    reading = read_plan(document([made], [configured("aws_security_group.a", name="uncounted")]), "plan.json")
    assert rules(build(reading.instances, Source("plan", "p"))) == [
        "aws_security_group.a ingress ? ?-? cidr_ipv4 ? may exist"
    ]


def test_what_is_computed_from_an_attribute_does_not_stand_for_it() -> None:
    vpc = change("aws_vpc.main", {}, {"id": True, "ipv6_cidr_block": True})
    rule = change(
        "aws_vpc_security_group_ingress_rule.r", {"ip_protocol": "tcp"}, {"cidr_ipv6": True, "from_port": True}
    )
    names = ["aws_vpc.main.ipv6_cidr_block", "aws_vpc.main"]
    config = configured("aws_vpc_security_group_ingress_rule.r", cidr_ipv6=names, from_port=names)
    found = instances(document([vpc, rule], [config]))["aws_vpc_security_group_ingress_rule.r"].attributes
    later = Unknown("aws_vpc.main.ipv6_cidr_block is known after apply")
    assert (found["cidr_ipv6"], found["from_port"]) == (later, later)
