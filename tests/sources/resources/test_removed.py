"""What a plan takes away is not in force, though computed attributes of a refreshed resource still show it."""

from __future__ import annotations

from typing import Any

from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.instances import ResourceInstance
from sgwarden.sources.resources import build
from tests.sources.values import instance, rules

SG = "aws_security_group.web"
SSH = {"protocol": "tcp", "from_port": 22, "to_port": 22}
ANY = {"protocol": "-1", "from_port": 0, "to_port": 0}
RULE = {"type": "ingress", "security_group_id": "sg-1", **SSH}


def after(*instances: ResourceInstance, removed: list[ResourceInstance]) -> Infrastructure:
    return build(instances, Source("plan", "plan.json"), removed=removed)


def refreshed(**lists: Any) -> ResourceInstance:
    return instance(SG, {"name": "web", "id": "sg-1", **lists}, declared=frozenset({"name"}))


def rule(name: str, kind: str = "aws_security_group_rule", **attributes: Any) -> ResourceInstance:
    return instance(f"{kind}.{name}", {**RULE, **attributes})


def test_a_rule_that_is_narrowed_leaves_what_was_added_by_hand() -> None:
    group = refreshed(
        ingress=({**SSH, "cidr_blocks": ("0.0.0.0/0", "192.0.2.0/24")},),
        egress=({**ANY, "cidr_blocks": ("0.0.0.0/0",)},),
    )
    found = after(
        group,
        rule("ssh", cidr_blocks=("10.0.0.0/8",)),
        removed=[
            rule("ssh", cidr_blocks=("0.0.0.0/0",)),
            instance(
                "aws_vpc_security_group_egress_rule.all",
                {"security_group_id": "sg-1", "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"},
            ),
        ],
    )
    assert rules(found) == [
        f"{SG} ingress tcp 22-22 cidr_ipv4 192.0.2.0/24",
        f"{SG} ingress tcp 22-22 cidr_ipv4 10.0.0.0/8",
    ]


def test_the_last_rule_of_a_group() -> None:
    group = refreshed(ingress=({**SSH, "security_groups": ("sg-2",), "self": True},))
    removed = [rule("a", source_security_group_id="sg-2"), rule("b", self=True)]
    assert rules(after(group, removed=removed)) == []
    assert len(rules(after(group, removed=[]))) == 2


def test_a_rule_that_moves_to_another_group() -> None:
    closing = refreshed(ingress=({**SSH, "cidr_blocks": ("0.0.0.0/0",)},))
    opening = instance("aws_security_group.db", {"name": "db", "id": "sg-2"}, declared=frozenset({"name"}))
    moved = {"cidr_blocks": ("0.0.0.0/0",)}
    found = after(closing, opening, rule("r", security_group_id="sg-2", **moved), removed=[rule("r", **moved)])
    assert rules(found) == ["aws_security_group.db ingress tcp 22-22 cidr_ipv4 0.0.0.0/0"]


def test_declared_blocks_stay() -> None:
    group = instance(SG, {"id": "sg-1", "ingress": ({**SSH, "self": True},)}, declared=frozenset({"ingress"}))
    assert rules(after(group, removed=[rule("r", self=True)])) == [f"{SG} ingress tcp 22-22 self"]


def test_entries_of_network_acls_and_prefix_lists() -> None:
    entry = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0"}
    acl = instance(
        "aws_network_acl.a",
        {
            "id": "acl-1",
            "ingress": ({**entry, "rule_no": 100, "action": "allow"}, {**entry, "rule_no": 200, "action": "deny"}),
        },
        declared=frozenset({"vpc_id"}),
    )
    listed = instance(
        "aws_ec2_managed_prefix_list.p",
        {"id": "pl-1", "entry": ({"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"})},
        declared=frozenset({"name"}),
    )
    removed = [
        instance(
            "aws_network_acl_rule.r", {**entry, "network_acl_id": "acl-1", "rule_number": 100, "rule_action": "allow"}
        ),
        instance("aws_ec2_managed_prefix_list_entry.e", {"prefix_list_id": "pl-1", "cidr": "0.0.0.0/0"}),
    ]
    found = after(acl, listed, removed=removed)
    assert [each.rule_number for each in found.network_acl_rules] == [200]
    assert [each.cidrs for each in found.prefix_lists] == [("10.0.0.0/8",)]


def test_what_is_malformed_takes_nothing_away() -> None:
    group = refreshed(ingress=({**SSH, "cidr_blocks": ("0.0.0.0/0",)},))
    found = after(group, removed=[rule("r", cidr_blocks="0.0.0.0/0"), rule("s", type="both")])
    assert rules(found) == [f"{SG} ingress tcp 22-22 cidr_ipv4 0.0.0.0/0"]
