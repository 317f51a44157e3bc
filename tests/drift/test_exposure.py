"""What a group admits as a set: held against trying every point."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.drift.exposure import Exposure, opens
from sgwarden.model.security_groups import Peer, Rule


def rule(
    protocol: str = "tcp", low: int | None = 443, high: int | None = 443, peer: str = "10.0.0.0/8", **more: str
) -> Rule:
    kind = more.get("kind") or ("cidr_ipv6" if ":" in peer else "cidr_ipv4")
    low, high = (None, None) if protocol == "all" else (low, high)
    return Rule("sg-1", "sg-1", "ingress", protocol, low, high, Peer(kind, None if kind == "self" else peer))  # type: ignore[arg-type]


cidrs = st.sampled_from(["10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31", "10.0.0.1/32", "10.0.0.3/32", "10.0.0.0/29"])
ranges = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda pair: (min(pair), max(pair)))
rules = st.builds(
    lambda protocol, ports, peer: rule(protocol, ports[0], ports[1], peer),
    st.sampled_from(["tcp", "udp", "all"]),
    ranges,
    cidrs,
)


def admits(each: Rule, protocol: str, port: int, address: str) -> bool:
    if each.protocol not in ("all", protocol) or ip_address(address) not in ip_network(str(each.peer.value)):
        return False
    return each.protocol == "all" or int(each.from_port or 0) <= port <= int(each.to_port or 0)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(st.lists(rules, max_size=5), rules)
def test_coverage_is_that_of_every_point(others: list[Rule], wanted: Rule) -> None:
    points = [
        (protocol, port, f"10.0.0.{last}")
        for protocol in ("tcp", "udp", "50")
        for port in (*range(8), 65535)
        for last in range(8)
    ]
    expected = all(any(admits(each, *point) for each in others) for point in points if admits(wanted, *point))
    assert Exposure(others, {}).covers(wanted) == expected


@pytest.mark.parametrize(
    ("before", "added", "expected"),
    [
        ([], rule(peer="0.0.0.0/0"), True),
        ([], rule(peer="::/0"), True),
        ([], rule(peer="10.0.0.0/8"), False),
        ([], rule(peer="203.0.114.7/32"), False),
        ([rule(peer="0.0.0.0/0")], rule(peer="0.0.0.0/0"), False),
        ([rule(peer="0.0.0.0/0")], rule(peer="::/0"), True),
        ([rule(peer="0.0.0.0/1")], rule(peer="128.0.0.0/1"), True),
        ([rule("tcp", 0, 65535, "0.0.0.0/0")], rule(peer="0.0.0.0/0"), False),
        ([], rule("all", peer="0.0.0.0/0"), True),
        ([], rule("icmp", -1, -1, "0.0.0.0/0"), True),
        ([rule("icmp", -1, -1, "0.0.0.0/0")], rule("icmp", 8, 0, "0.0.0.0/0"), False),
        ([], rule("50", None, None, "0.0.0.0/0"), True),
        ([], rule(peer="sg-2", kind="security_group"), False),
        ([], rule(peer="pl-1", kind="prefix_list"), True),
        ([], rule(peer="pl-2", kind="prefix_list"), False),
    ],
)
def test_what_opens_to_the_internet(before: list[Rule], added: Rule, expected: bool) -> None:
    entries = {"pl-1": ("0.0.0.0/0",), "pl-2": ("10.0.0.0/8",)}
    assert opens(Exposure(before, entries), Exposure([*before, added], entries), [added]) is expected


def test_ports_to_one_group_add_up() -> None:
    halves = [rule("tcp", 0, 99, "sg-2", kind="security_group"), rule("tcp", 100, 200, "sg-2", kind="security_group")]
    assert Exposure(halves, {}).covers(rule("tcp", 50, 150, "sg-2", kind="security_group"))
    assert not Exposure(halves, {}).covers(rule("tcp", 50, 150, "sg-3", kind="security_group"))
    assert not Exposure(halves, {}).covers(rule("tcp", 50, 250, "sg-2", kind="security_group"))
