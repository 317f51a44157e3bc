"""What the rules of one group open, and what those that are not wholly known may admit."""

from __future__ import annotations

import pytest

from sgwarden.api.group_rules import known_entries, may_admit, open_ports, peer_addresses, widest
from sgwarden.model.addresses import PortSet
from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from tests.policies.models import NO_VALUE, infrastructure, rule

HOST = Unknown("some", parts=(NO_VALUE, "/32"))


def test_known_entries() -> None:
    lists = (
        PrefixList("aws_ec2_managed_prefix_list.a", "pl-1", None, ("10.0.0.0/8",), None),
        PrefixList("aws_ec2_managed_prefix_list.b", None, None, ("10.0.0.0/8", NO_VALUE), None),
    )
    assert known_entries(infrastructure(prefix_lists=lists)) == {
        "aws_ec2_managed_prefix_list.a": ("10.0.0.0/8",),
        "pl-1": ("10.0.0.0/8",),
    }


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (rule(source=NO_VALUE), ["tcp 22-22 0.0.0.0/0", "tcp 22-22 ::/0"]),
        (rule(source=HOST), ["tcp 22-22 8.0.0.0/32"]),
        (rule(source="pl-1"), ["tcp 22-22 10.0.0.0/8"]),
        (rule(source="pl-2"), ["tcp 22-22 0.0.0.0/0", "tcp 22-22 ::/0"]),
        (rule(ports=(NO_VALUE, NO_VALUE)), ["tcp 0-65535 0.0.0.0/0"]),
        (rule(NO_VALUE, 22), ["tcp 22-22 0.0.0.0/0", "udp 22-22 0.0.0.0/0"]),
        (rule(NO_VALUE, 22, style="vpc_rule"), ["all 22-22 0.0.0.0/0"]),
        (rule(source="sg-1"), []),
    ],
)
def test_widest(subject: Rule, expected: list[str]) -> None:
    found = widest(subject, {"pl-1": ("10.0.0.0/8",)})
    assert [f"{each.protocol} {each.from_port}-{each.to_port} {each.peer.value}" for each in found] == expected


def test_open_ports() -> None:
    rules = [rule(source="0.0.0.0/1"), rule(source="128.0.0.0/1"), rule("udp", 53, "10.0.0.0/8"), rule("47", None)]
    assert open_ports(rules, Settings()) == {"tcp": PortSet.of((22, 22)), "47": PortSet()}
    assert open_ports([*rules, rule("all")], Settings()) == {"all": PortSet()}


@pytest.mark.parametrize(
    ("subject", "protocol", "port", "peer", "expected"),
    [
        (rule(), "tcp", 22, "192.0.2.1", True),
        (rule(), "udp", 22, None, False),
        (rule(), "tcp", 23, None, False),
        (rule(source=NO_VALUE), "tcp", 22, "2001:db8::1", False),
        (rule(source="pl-1"), "tcp", 22, "10.1.1.1", True),
        (rule(source="pl-2"), "tcp", 22, "192.0.2.1", True),
        (rule(source=None), "tcp", 22, "self", True),
        (rule(source=None), "tcp", 22, "sg-1", False),
        (rule(source=NO_VALUE, kind="security_group"), "tcp", 22, "sg-1", True),
    ],
)
def test_may_admit(subject: Rule, protocol: str, port: int, peer: str | None, expected: bool) -> None:
    assert may_admit(subject, protocol, port, peer, {"pl-1": ("10.0.0.0/8",)}) is expected


def test_peer_addresses() -> None:
    assert peer_addresses("sg-1") is None
    found = peer_addresses("192.0.2.1")
    assert found is not None
    assert found.cidrs() == ("192.0.2.1/32",)
