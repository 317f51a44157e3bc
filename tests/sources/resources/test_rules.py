"""Rules of security groups, from each way to write them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from sgwarden.model.instances import Origin
from sgwarden.model.locations import Location
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
    ("protocol", "first", "last", "expected"),
    [
        ("tcp", 22, 22, "tcp 22-22"),
        ("TCP", "22", "23", "tcp 22-23"),
        ("6", 0, 65535, "tcp 0-65535"),
        (6, 80, 80, "tcp 80-80"),
        ("17", 53, 53, "udp 53-53"),
        ("1", 8, 0, "icmp 8-0"),
        ("icmp", -1, -1, "icmp -1--1"),
        ("icmp", None, None, "icmp -1--1"),
        ("58", 128, -1, "icmpv6 128--1"),
        ("ICMPV6", -1, -1, "icmpv6 -1--1"),
        ("-1", 0, 0, "all"),
        (-1, -1, -1, "all"),
        ("all", 0, 65535, "all"),
        ("ALL", None, None, "all"),
        ("47", 0, 0, "47"),
        ("050", 1, 2, "50"),
        ("esp", 0, 0, "esp"),
        (Fraction(6), Fraction(443), Fraction(443), "tcp 443-443"),
    ],
)
def test_protocols_and_ports(protocol: Any, first: Any, last: Any, expected: str) -> None:
    found = ingress(block(protocol=protocol, from_port=first, to_port=last, cidr_blocks=("10.0.0.0/8",)))
    assert found == [f"{expected} cidr_ipv4 10.0.0.0/8"]


@pytest.mark.parametrize(
    ("name", "given_text", "expected"),
    [
        ("cidr_blocks", "10.1.2.3/8", "cidr_ipv4 10.0.0.0/8"),
        ("cidr_blocks", "0.0.0.0/0", "cidr_ipv4 0.0.0.0/0"),
        ("ipv6_cidr_blocks", "2001:0DB8:0:0::1/32", "cidr_ipv6 2001:db8::/32"),
        ("ipv6_cidr_blocks", "0::0/0", "cidr_ipv6 ::/0"),
        ("ipv6_cidr_blocks", "::ffff:10.0.0.0/104", "cidr_ipv6 ::ffff:a00:0/104"),
    ],
)
def test_cidrs_in_their_canonical_form(name: str, given_text: str, expected: str) -> None:
    assert ingress(block(**{name: (given_text,)})) == [f"tcp 22-22 {expected}"]


def test_one_rule_per_peer() -> None:
    everything = block(
        cidr_blocks=("10.0.0.0/8", "0.0.0.0/0", None, ""),
        ipv6_cidr_blocks=("::/0",),
        prefix_list_ids=("pl-1",),
        security_groups=("sg-9", "123456789012/sg-8"),
        self=True,
        description="all",
    )
    assert ingress(everything) == [
        'tcp 22-22 cidr_ipv4 0.0.0.0/0 "all"',
        'tcp 22-22 cidr_ipv4 10.0.0.0/8 "all"',
        'tcp 22-22 cidr_ipv6 ::/0 "all"',
        'tcp 22-22 prefix_list pl-1 "all"',
        'tcp 22-22 security_group 123456789012/sg-8 "all"',
        'tcp 22-22 security_group sg-9 "all"',
        'tcp 22-22 self "all"',
    ]


def test_null_empty_and_absent_are_the_same() -> None:
    empty = block(cidr_blocks=("10.0.0.0/8",), ipv6_cidr_blocks=(), prefix_list_ids=None, description="", self=None)
    assert model(group(ingress=(empty,))).rules == model(group(ingress=(block(cidr_blocks=("10.0.0.0/8",)),))).rules


def test_equal_rules_of_one_resource_are_one() -> None:
    twice = block(cidr_blocks=("10.0.0.0/8", "10.0.0.1/8"))
    assert ingress(twice, block(protocol="6", cidr_blocks=("10.0.0.0/8",))) == ["tcp 22-22 cidr_ipv4 10.0.0.0/8"]


def test_unknown_elements_stay_apart_and_a_list_may_hold_nothing() -> None:
    assert ingress(block(cidr_blocks=(LATER, LATER, "10.0.0.0/8"))) == [
        "tcp 22-22 cidr_ipv4 10.0.0.0/8",
        "tcp 22-22 cidr_ipv4 ?",
        "tcp 22-22 cidr_ipv4 ?",
    ]
    assert ingress(block(cidr_blocks=LATER)) == ["tcp 22-22 cidr_ipv4 ? may exist"]


def test_unknown_parts_of_the_traffic() -> None:
    known_ports = block(protocol=LATER, cidr_blocks=("0.0.0.0/0",))
    assert ingress(known_ports) == ["? 22-22 cidr_ipv4 0.0.0.0/0"]
    assert ingress(block(from_port=LATER, self=LATER)) == ["tcp ?-22 self may exist"]


def test_blocks_that_may_exist() -> None:
    doubtful = block(cidr_blocks=("0.0.0.0/0",), __may_exist__=LATER)
    assert ingress(doubtful) == ["tcp 22-22 cidr_ipv4 0.0.0.0/0 may exist"]
    assert ingress(LATER) == ['? ?-? cidr_ipv4 ? "?" may exist']
    (wholly,) = model(group(ingress=LATER)).rules
    assert (wholly.may_exist, wholly.protocol) == (LATER, LATER)


def test_an_instance_that_may_exist_makes_all_its_rules_doubtful() -> None:
    infrastructure = model(instance(SG, {"ingress": (block(self=True),)}, may_exist=LATER))
    assert infrastructure.security_groups[0].may_exist == LATER
    assert [rule.may_exist for rule in infrastructure.rules] == [LATER]


def test_a_rule_from_its_own_group_is_self() -> None:
    own = Unknown("later", SG, "id")
    expected = [f"{SG} ingress tcp 22-22 self"]
    assert rules(model(group(), vpc_rule(security_group_id=own, referenced_security_group_id=own))) == expected
    assert rules(model(group(), sg_rule(security_group_id=own, source_security_group_id=own))) == expected
    assert ingress(block(security_groups=(own,), self=True)) == ["tcp 22-22 self"]
    elsewhere = Unknown("later", "data.aws_security_group.x", "id")
    both = vpc_rule(security_group_id=elsewhere, referenced_security_group_id=elsewhere)
    assert [rule.peer.kind for rule in model(both).rules] == ["self"]
    nameless = vpc_rule(security_group_id=LATER, referenced_security_group_id=LATER)
    assert [rule.peer.kind for rule in model(nameless).rules] == ["security_group"]


def test_the_peer_of_a_vpc_rule() -> None:
    assert rules(model(vpc_rule(cidr_ipv4="10.0.0.0/8", cidr_ipv6=LATER))) == [
        "sg-1 ingress tcp 22-22 cidr_ipv4 10.0.0.0/8"
    ]
    assert rules(model(vpc_rule(cidr_ipv4=LATER))) == ["sg-1 ingress tcp 22-22 cidr_ipv4 ?"]
    assert rules(model(vpc_rule(cidr_ipv4=LATER, prefix_list_id=LATER))) == [
        "sg-1 ingress tcp 22-22 cidr_ipv4 ? may exist",
        "sg-1 ingress tcp 22-22 prefix_list ? may exist",
    ]
    certain = Unknown("later", "aws_ec2_managed_prefix_list.p", "id", not_null=True)
    assert rules(model(vpc_rule(cidr_ipv4=LATER, prefix_list_id=certain))) == [
        "sg-1 ingress tcp 22-22 prefix_list ?aws_ec2_managed_prefix_list.p.id"
    ]
    assert reasons(model(vpc_rule())) == ["aws_vpc_security_group_ingress_rule.a: the rule names no peer"]


def test_an_unknown_type_is_either_direction() -> None:
    assert rules(model(sg_rule(type=LATER, self=True))) == [
        "sg-1 egress tcp 22-22 self may exist",
        "sg-1 ingress tcp 22-22 self may exist",
    ]


def test_the_only_peer_of_a_rule_is_certain() -> None:
    assert rules(model(sg_rule(source_security_group_id=LATER))) == ["sg-1 ingress tcp 22-22 security_group ?"]
    assert rules(model(sg_rule(self=LATER))) == ["sg-1 ingress tcp 22-22 self"]
    assert rules(model(sg_rule(source_security_group_id=LATER, self=LATER))) == [
        "sg-1 ingress tcp 22-22 security_group ? may exist",
        "sg-1 ingress tcp 22-22 self may exist",
    ]


def test_rule_ids_and_tags() -> None:
    (rule,) = model(
        vpc_rule(id="sgr-1", cidr_ipv4="10.0.0.0/8", tags={"Team": "a", "None": None, "Later": LATER})
    ).rules
    assert (rule.id, rule.tags, rule.style) == ("sgr-1", {"Team": "a", "Later": LATER}, "vpc_rule")
    (rule,) = model(sg_rule(security_group_rule_id="sgr-2", cidr_blocks=("10.0.0.0/8",))).rules
    assert (rule.id, rule.style) == ("sgr-2", "rule")
    several = model(sg_rule(security_group_rule_id="sgr-2", cidr_blocks=("10.0.0.0/8", "11.0.0.0/8"))).rules
    assert [rule.id for rule in several] == [None, None]


def test_sensitive_values_are_judged_and_marked() -> None:
    blocks = (
        block(cidr_blocks=Sensitive(("0.0.0.0/0",))),
        block(from_port=Sensitive(23), to_port=23, cidr_blocks=("10.0.0.0/8", Sensitive("11.0.0.0/8"))),
    )
    found = {rule.peer.value: set(rule.sensitive) for rule in model(group(ingress=blocks, name=Sensitive("web"))).rules}
    assert found == {"0.0.0.0/0": {"peer"}, "10.0.0.0/8": {"from_port"}, "11.0.0.0/8": {"from_port", "peer"}}
    (rule,) = model(group(ingress=Sensitive((block(self=True, description="x"),)))).rules
    assert rule.sensitive == {"peer", "protocol", "from_port", "to_port", "description"}
    (held,) = model(group(name=Sensitive("web"), tags=Sensitive({"a": "b"}))).security_groups
    assert (held.name, held.tags, held.sensitive) == ("web", {"a": "b"}, {"name", "tags"})


def test_places_and_origins() -> None:
    def at(line: int) -> Origin:
        return Origin(Location("main.tf", line, line), f"line {line}")

    origins = {
        ("ingress", 0): at(2),
        ("ingress", 0, "cidr_blocks"): at(5),
        ("ingress", 0, "cidr_blocks", 1): at(6),
        ("ingress", 0, "from_port"): at(3),
    }
    held = instance(SG, {"ingress": (block(cidr_blocks=("10.0.0.0/8", "11.0.0.0/8"), self=True),)}, origins=origins)
    found = {
        rule.peer.value: (
            rule.location.line if rule.location else None,
            {k: v.expression for k, v in rule.origins.items()},
        )
        for rule in model(held).rules
    }
    assert found == {
        "10.0.0.0/8": (5, {"peer": "line 5", "from_port": "line 3"}),
        "11.0.0.0/8": (6, {"peer": "line 6", "from_port": "line 3"}),
        None: (2, {"peer": "line 2", "from_port": "line 3"}),
    }
    (plain,) = model(sg_rule(self=True)).rules
    assert (plain.location, plain.origins) == (HERE, {})


@pytest.mark.parametrize(
    ("peers", "expected"),
    [
        ({"cidr_blocks": ("10.0.0.0/8",)}, [("cidr_ipv4", "10.0.0.0/8")]),
        ({"ipv6_cidr_blocks": ("::/0",)}, [("cidr_ipv6", "::/0")]),
        ({"self": True}, [("self", None)]),
    ],
)
def test_an_unknown_source_group_beside_an_argument_that_excludes_it_is_null(
    peers: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    found = model(sg_rule(source_security_group_id=LATER, **peers)).rules
    assert [(rule.peer.kind, rule.peer.value) for rule in found] == expected


def test_an_unknown_source_group_beside_a_prefix_list_may_be_there() -> None:
    found = model(sg_rule(source_security_group_id=LATER, prefix_list_ids=("pl-1",))).rules
    assert sorted(rule.peer.kind for rule in found) == ["prefix_list", "security_group"]
