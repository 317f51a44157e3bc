"""What a rule says of itself: key, text, unknown parts, ports, peer and group."""

from __future__ import annotations

import pytest

from sgwarden.model.rules import (
    canonical_peer,
    effective_ports,
    expand_prefix_list,
    first_unknown,
    group_of,
    rule_identity,
    rule_key,
    rule_text,
    rule_text_with_reasons,
    rules_by_group,
    rules_of_unknown_group,
    unknown_reasons,
    with_effective_ports,
)
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from tests.policies.models import NO_VALUE, infrastructure, peer, rule

SOME = Unknown("some")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (rule(), "ingress tcp 22 from 0.0.0.0/0"),
        (rule("all", direction="egress"), "egress all protocols to 0.0.0.0/0"),
        (rule("udp", (1000, 2000), "sg-1"), "ingress udp 1000-2000 from sg-1"),
        (rule("icmp", (8, -1)), "ingress icmp type 8 from 0.0.0.0/0"),
        (rule("icmp", (3, 4)), "ingress icmp type 3 code 4 from 0.0.0.0/0"),
        (rule("icmpv6", -1, "::/0"), "ingress icmpv6 from ::/0"),
        (rule("47", None), "ingress protocol 47 from 0.0.0.0/0"),
        (rule(source=None), "ingress tcp 22 from the group itself"),
        (rule(source=SOME), "ingress tcp 22 from an address that is unknown"),
        (rule(source=SOME, kind="security_group"), "ingress tcp 22 from a security group that is unknown"),
        (rule(SOME, (1, SOME)), "ingress an unknown protocol 1-? from 0.0.0.0/0"),
        (
            rule(sensitive=frozenset({"peer", "from_port", "protocol"})),
            "ingress (sensitive protocol) (sensitive) from a sensitive address",
        ),
    ],
)
def test_text(subject: Rule, text: str) -> None:
    assert rule_text(subject) == text


def test_hidden_fields_are_not_in_the_text() -> None:
    hidden = frozenset({"peer", "to_port"})
    assert rule_text(rule(), hidden) == "ingress tcp (sensitive) from a sensitive address"
    assert rule_text(rule(source="sg-1"), hidden) == "ingress tcp (sensitive) from a sensitive peer"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (rule(), "ingress tcp 22 from 0.0.0.0/0"),
        (rule(may_exist=SOME), "ingress tcp 22 from 0.0.0.0/0"),
        (rule(source=SOME), "ingress tcp 22 from an address that is unknown; unknown: some"),
        (
            rule(ports=(SOME, SOME), source=NO_VALUE),
            'ingress tcp unknown ports from an address that is unknown; unknown: some; variable "admin_cidrs" has no value',
        ),
    ],
)
def test_text_with_reasons(subject: Rule, text: str) -> None:
    assert rule_text_with_reasons(subject) == text


def test_the_key_and_identity_that_users_have_stored() -> None:
    """Fingerprints of differences are made of the key, baselines of findings of the identity."""
    subject = rule("tcp", (20, 22), "sg-1", id="sgr-1", description="other", address="other")
    assert rule_key(subject) == ("ingress", "tcp", 20, 22, "security_group", "sg-1")
    assert rule_identity(subject) == ("ingress", "tcp", "20", "22", "security_group", "sg-1")
    assert rule_key(rule("all", None, None)) == ("ingress", "all", None, None, "self", None)
    assert rule_identity(rule("all", None, None)) == ("ingress", "all", "", "", "self", "")


def test_in_an_identity_unknown_and_sensitive_values_are_marks() -> None:
    subject = rule(SOME, (1, SOME), "192.0.2.1/32", sensitive=frozenset({"peer", "from_port"}))
    assert rule_identity(subject) == ("ingress", "(unknown)", "(sensitive)", "(unknown)", "cidr_ipv4", "(sensitive)")


@pytest.mark.parametrize(
    ("subject", "first", "reasons"),
    [
        (rule(), None, ()),
        (rule(description=SOME, security_group=SOME), None, ()),
        (rule(source=SOME), SOME, ("some",)),
        (rule(SOME, (NO_VALUE, SOME), SOME), SOME, ("some", NO_VALUE.reason)),
        (rule(may_exist=NO_VALUE, source=SOME), NO_VALUE, (NO_VALUE.reason, "some")),
    ],
)
def test_unknown_parts(subject: Rule, first: Unknown | None, reasons: tuple[str, ...]) -> None:
    assert first_unknown(subject) is first
    assert unknown_reasons(subject) == reasons


@pytest.mark.parametrize(
    ("ports", "expected"),
    [((22, 23), (22, 23)), ((None, None), (0, 65535)), ((-1, -1), (0, 65535)), ((SOME, 9), (SOME, 9))],
)
def test_effective_ports(
    ports: tuple[int | Unknown | None, int | Unknown | None], expected: tuple[object, object]
) -> None:
    assert effective_ports(*ports) == expected
    written = with_effective_ports(rule("udp", ports))
    assert (written.from_port, written.to_port) == expected
    assert with_effective_ports(rule("icmp", ports)) == rule("icmp", ports)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("sg-1", None),
        ("111122223333/sg-1", None),
        ("111122223333/sg-2", "sg-2"),
        ("999988887777/sg-2", "999988887777/sg-2"),
        (SOME, SOME),
    ],
)
def test_the_peer_as_ec2_describes_it(value: str | Unknown, expected: str | Unknown | None) -> None:
    kind = "cidr_ipv4" if value == "10.0.0.0/8" else "security_group"
    found = canonical_peer(rule(source=value, kind=kind), "sg-1", "111122223333", lambda name: None)
    assert found.peer.value == expected
    assert (found.peer.kind == "self") is (expected is None)


def test_groups_by_name_are_found() -> None:
    subject = rule(source="db", kind="security_group")
    assert canonical_peer(subject, "sg-1", None, {"db": "sg-2"}.get).peer == peer("sg-2")
    assert canonical_peer(subject, "sg-1", None, {}.get) is subject


def test_a_prefix_list_is_its_entries_where_they_are_known() -> None:
    subject = rule(source="pl-1")
    assert expand_prefix_list(subject, {"pl-1": ("10.0.0.0/8", "2001:db8::/32")}) == [
        rule(source="10.0.0.0/8"),
        rule(source="2001:db8::/32"),
    ]
    assert expand_prefix_list(subject, {"pl-2": ()}) == [subject]


def test_rules_by_group() -> None:
    first, second, stray = rule(), rule(ports=443), rule(security_group=SOME)
    other = rule(security_group="sg-2")
    facts = infrastructure(first, stray, other, second)
    assert rules_by_group(facts) == {"aws_security_group.web": [first, second], "sg-2": [other]}
    assert rules_of_unknown_group(facts) == [stray]
    assert (group_of(first), group_of(stray)) == ("aws_security_group.web", None)
