"""Sets of addresses and ports against brute force and the ipaddress module."""

from __future__ import annotations

from fractions import Fraction
from ipaddress import collapse_addresses, ip_network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgwarden.model.addresses import AddressSet, PortSet, Reach, internet, intersect, merge, public_addresses, subtract
from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Unknown

small = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)
ipv4 = st.builds(
    lambda number, bits: str(ip_network((number, bits), strict=False)), st.integers(0, 2**32 - 1), st.integers(0, 32)
)
ipv6 = st.builds(
    lambda number, bits: str(ip_network((number, bits), strict=False)),
    st.integers(2**96, 2**128 - 1),
    st.integers(0, 128),
)


def numbers(intervals):
    return {number for first, last in intervals for number in range(first, last + 1)}


@given(small)
def test_merge_keeps_the_numbers_and_leaves_gaps_between_the_intervals(intervals):
    merged = merge(intervals)
    assert numbers(merged) == numbers(intervals)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(merged))
    assert all(first <= last for first, last in merged)


@given(small, small)
def test_intersection_and_difference_are_those_of_sets(left, right):
    a, b = merge(left), merge(right)
    assert numbers(intersect(a, b)) == numbers(a) & numbers(b)
    assert numbers(subtract(a, b)) == numbers(a) - numbers(b)
    assert subtract(a, b) == merge(subtract(a, b))


@given(st.lists(ipv4, max_size=6), st.lists(ipv6, max_size=4))
def test_cidrs_are_the_fewest_that_make_up_the_set(four, six):
    fewest4 = [str(network) for network in collapse_addresses(map(ip_network, four))]
    fewest6 = [str(network) for network in collapse_addresses(map(ip_network, six))]
    assert AddressSet.from_cidrs([*four, *six]).cidrs() == (*fewest4, *fewest6)


@given(st.lists(ipv4, max_size=5), ipv4)
def test_a_network_is_in_a_set_when_removing_the_set_leaves_nothing_of_it(networks, network):
    held = AddressSet.from_cidrs(networks)
    whole = ip_network(network)
    left = [whole]
    for other in map(ip_network, networks):
        rest = []
        for piece in left:
            if piece.subnet_of(other):
                continue
            rest += piece.address_exclude(other) if other.subnet_of(piece) else [piece]
        left = rest
    assert (network in held) == (not left)


@given(st.lists(ipv6, max_size=3), st.lists(ipv6, max_size=3))
def test_sizes_add_up(left, right):
    a, b = AddressSet.from_cidrs(left), AddressSet.from_cidrs(right)
    assert (a | b).size(6) == a.size(6) + b.size(6) - (a & b).size(6)
    assert (a - b) | (a & b) == a
    assert a.covers(a & b)


def test_both_halves_are_the_internet():
    halves = AddressSet.from_cidrs(["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"])
    assert halves == AddressSet.everything()
    assert (halves.share_of_internet(4), halves.share_of_internet(6)) == (1, 1)


@pytest.mark.parametrize(
    "cidr",
    [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.1/32",
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "255.255.255.255/32", "0.0.0.0/8", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32", "::1/128",
        "64:ff9b::/96", "2002::/16", "100::/64",
    ],
)  # fmt: skip
def test_these_are_not_the_internet(cidr):
    assert AddressSet.from_cidrs([cidr]).public() == AddressSet()


@pytest.mark.parametrize("cidr", ["8.8.8.8/32", "1.0.0.0/8", "172.32.0.0/11", "2600::/12", "2a00::/12"])
def test_these_are(cidr):
    given_set = AddressSet.from_cidrs([cidr])
    assert given_set.public() == given_set


def test_the_standard_library_takes_all_of_it_for_global():
    assert [cidr for cidr in internet().cidrs() if not ip_network(cidr).is_global] == []


def test_trusted_networks_are_no_part_of_the_internet():
    whole = AddressSet.from_cidrs(["0.0.0.0/0"])
    trusted = ("8.0.0.0/7",)
    assert whole.share_of_internet(4, trusted) == 1
    assert AddressSet.from_cidrs(["8.0.0.0/8"]).share_of_internet(4, trusted) == 0
    assert AddressSet.from_cidrs(["8.0.0.0/6"]).public(trusted).cidrs() == ("11.0.0.0/8",)


def test_a_text_that_is_no_network_is_refused():
    with pytest.raises(ValueError, match="does not appear to be"):
        AddressSet.from_cidrs(["everywhere"])


def test_ports():
    ports = PortSet.of((20, 25), (24, 30), (-5, 0), (70000, 80000)) - PortSet.of((22, 22))
    assert str(ports) == "0, 20-21, 23-30"
    assert (22 in ports, 23 in ports, len(ports)) == (False, True, 11)
    assert PortSet.everything() & ports == ports
    assert not ports - PortSet.everything()


def rule(first, last, cidr, protocol="tcp", direction="ingress", **more):
    kind = "cidr_ipv6" if isinstance(cidr, str) and ":" in cidr else "cidr_ipv4"
    return Rule("g", "g", direction, protocol, first, last, Peer(kind, cidr), **more)


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from(["8.0.0.0/8", "9.0.0.0/8", "0.0.0.0/0"])),
        max_size=6,
    )
)
def test_reach_sums_up_the_rules_at_every_port(pieces):
    reach = Reach.of([rule(*piece) for piece in pieces], "ingress")
    for port in range(14):
        cidrs = [cidr for first, last, cidr in pieces if first <= port <= last]
        assert reach.addresses("tcp", port) == AddressSet.from_cidrs(cidrs)


def test_reach_by_share_of_the_internet():
    unknown = Unknown("known after apply")
    rules = [
        rule(22, 22, "0.0.0.0/1"),
        rule(20, 25, "128.0.0.0/1"),
        rule(None, None, "::/0", "all"),
        rule(80, 80, "0.0.0.0/0", may_exist=unknown),
        rule(81, 81, unknown),
        rule(443, 443, "0.0.0.0/0", direction="egress"),
        rule(53, 53, "10.0.0.0/8", "udp"),
        rule(8, -1, "0.0.0.0/0", "icmp"),
    ]
    reach = Reach.of(rules, "ingress")
    assert reach.ports("tcp", 4, Fraction(1)) == (((22, 22), Fraction(1)),)
    assert [interval for interval, _ in reach.ports("tcp", 4, Fraction(1, 10))] == [(20, 21), (22, 22), (23, 25)]
    assert [interval for interval, _ in reach.ports("tcp", 6, Fraction(1))] == [
        (0, 19), (20, 21), (22, 22), (23, 25), (26, 65535),
    ]  # fmt: skip
    assert reach.ports("udp", 4, Fraction(0)) == ()


@pytest.mark.parametrize(
    ("cidrs", "trusted", "count"),
    [
        ([], (), 0),
        (["8.8.8.8/32"], (), 1),
        (["8.8.8.0/24", "8.8.8.8/32"], (), 256),
        (["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "100.64.0.0/10"], (), 0),
        (["8.0.0.0/8"], ("8.128.0.0/9", "2600::/16"), 2**23),
        (["192.0.0.0/22"], (), 3 * 256 - 256),
        (["2600::/64"], (), 2**64),
        (["fc00::/7", "fe80::/10", "2001:db8::/32"], (), 0),
        (["::/1", "8000::/1"], (), 2**125 - 2**96 - 2**105 - 2**108 - 2**112),
    ],
)
def test_public_addresses(cidrs: list[str], trusted: tuple[str, ...], count: int) -> None:
    assert public_addresses(cidrs, trusted) == count


def test_the_two_halves_are_as_much_as_the_whole() -> None:
    assert public_addresses(["0.0.0.0/1", "128.0.0.0/1"]) == public_addresses(["0.0.0.0/0"]) > 3.6e9
