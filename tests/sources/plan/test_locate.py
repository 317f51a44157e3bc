"""The places in code of the instances of a plan."""

from __future__ import annotations

from typing import Any

from sgwarden.model.instances import Origin
from sgwarden.model.locations import Location
from sgwarden.sources.plan.locate import locate
from tests.sources.values import instance


def test_locate_by_address_then_by_block() -> None:
    place, block = Location("main.tf", 3, 9), Location("main.tf", 12, 15)
    origins: dict[Any, Origin] = {("cidr_blocks",): Origin(place, "var.cidrs")}
    planned = [
        instance('aws_security_group_rule.a["x"]', {"cidr_blocks": ("10.0.0.0/8",)}),
        instance('module.m["]"].aws_security_group.b[1]', {}),
        instance("aws_security_group.c", {}),
    ]
    code = [
        instance('aws_security_group_rule.a["x"]', {}, location=place, origins=origins, ignore_changes=("ingress",)),
        instance("module.m[0].aws_security_group.b", {}, location=block),
    ]
    located = locate(planned, code)
    assert [item.location for item in located] == [place, block, planned[2].location]
    assert (located[0].origins, located[0].ignore_changes) == (origins, ("ingress",))
    assert located[0].attributes == planned[0].attributes
