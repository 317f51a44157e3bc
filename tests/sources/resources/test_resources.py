"""Attributes into rules: the provider's normal forms, unknowns, sensitivity, odd shapes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Sensitive, Unknown
from tests.sources.values import HERE, instance, model, reasons, rules

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


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"ingress": "open"}, "ingress should be a list and is a string"),
        ({"ingress": ("open",)}, "ingress[0] should be a block and is a string"),
        ({"ingress": (block(cidr_blocks="10.0.0.0/8"),)}, "ingress[0].cidr_blocks should be a list and is a string"),
        ({"ingress": (block(cidr_blocks=("everywhere",)),)}, '"everywhere" is no IPv4 CIDR block'),
        ({"ingress": (block(cidr_blocks=("::/0",)),)}, '"::/0" is no IPv4 CIDR block'),
        ({"ingress": (block(cidr_blocks=Sensitive(("secret",))),)}, "a value that is no CIDR block"),
        (
            {"ingress": (block(cidr_blocks=({"a": 1},)),)},
            "ingress[0].cidr_blocks[0] should be a string and is an object",
        ),
        ({"ingress": (block(from_port="ssh"),)}, "ingress[0].from_port should be a whole number and is other text"),
        ({"ingress": (block(from_port=None),)}, "from_port is missing"),
        ({"ingress": (block(protocol=None),)}, "protocol is missing"),
        ({"ingress": (block(self="perhaps"),)}, "ingress[0].self should be true or false and is a string"),
        ({"tags": "web"}, "tags should be a map and is a string"),
    ],
)
def test_odd_shapes_are_skipped_with_the_reason(attributes: dict[str, Any], reason: str) -> None:
    good = block(cidr_blocks=("10.0.0.0/8",), from_port=1, to_port=1)
    found = model(group(**attributes, egress=(good,)))
    assert reasons(found) == [f"{SG}: {reason}"]
    assert all(item.location == HERE and not item.complete for item in found.skipped)
    assert [rule.direction for rule in found.rules] == ["egress"]
    assert [item.name for item in found.security_groups] == ["web"]


def test_one_odd_peer_leaves_the_others() -> None:
    found = model(sg_rule(cidr_blocks=("nowhere", "10.0.0.0/8")))
    assert (rules(found), reasons(found)) == (
        ["sg-1 ingress tcp 22-22 cidr_ipv4 10.0.0.0/8"],
        ['aws_security_group_rule.a: "nowhere" is no IPv4 CIDR block'],
    )


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-3, 70000), st.text(max_size=6), st.just(LATER), st.just("10.0.0.0/8"),
        st.fractions(), st.floats(allow_nan=False),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.sampled_from(["protocol", "from_port", "cidr_blocks", "self", "cidr"]), inner, max_size=3),
        inner.map(lambda value: value if isinstance(value, Sensitive) else Sensitive(value)),
    ),
    max_leaves=8,
)  # fmt: skip
ADDRESSES = [
    "aws_security_group.a", "aws_default_security_group.a", "aws_security_group_rule.a",
    "aws_vpc_security_group_egress_rule.a", "aws_vpc_security_group_rules_exclusive.a",
    "aws_ec2_managed_prefix_list.a", "aws_ec2_managed_prefix_list_entry.a", "aws_network_acl.a",
    "aws_network_acl_rule.a", "aws_default_network_acl.a", "aws_instance.a", "aws_lb.a", "aws_lb_listener.a",
    "aws_eip.a", "aws_rds_cluster_instance.a", "aws_msk_cluster.a", "aws_ecs_service.a", "aws_emr_cluster.a",
]  # fmt: skip
NAMES = [
    "ingress", "egress", "name", "tags", "type", "security_group_id", "protocol", "ip_protocol", "from_port", "to_port",
    "cidr_blocks", "cidr_ipv4", "self", "entry", "prefix_list_id", "cidr", "network_acl_id", "rule_number", "arn", "id",
    "vpc_security_group_ids", "security_groups", "internal", "default_action", "load_balancer_arn", "instance",
    "cluster_identifier", "broker_node_group_info", "network_configuration", "ec2_attributes", "ingress_rule_ids",
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(ADDRESSES), st.dictionaries(st.sampled_from(NAMES), values, max_size=6)), max_size=4
    ),
    st.sampled_from(["hcl", "plan", "state"]),
)
def test_no_shape_raises(items: list[tuple[str, dict[str, Any]]], kind: str) -> None:
    found = model(*(instance(address, attributes) for address, attributes in items), kind=kind)
    assert found.resources_seen == len(items)
    assert all(isinstance(rule, Rule) for rule in found.rules)
