"""How rules and ports are named."""

from __future__ import annotations

import pytest

from sgwarden.model import wording
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from tests.policies.models import rule

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
def test_rule(subject: Rule, text: str) -> None:
    assert wording.rule(subject) == text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((22,), "port 22 (SSH)"), ((22, 99), "ports 22 (SSH) and 99"), ((1, 2, 3), "ports 1, 2 and 3")],
)
def test_ports(numbers: tuple[int, ...], text: str) -> None:
    assert wording.ports(numbers) == text
