"""What traffic one rule admits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgwarden.model import traffic
from sgwarden.model.security_groups import Rule
from sgwarden.model.truth import Maybe, Truth
from sgwarden.model.values import Unknown
from tests.policies.models import rule

SOME = Unknown("some")
OPEN_QUESTION = Maybe(("some",))


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        (rule(source="0.0.0.0/0"), True),
        (rule(source="::/0"), True),
        (rule(source="0.0.0.0/1"), False),
        (rule(source=SOME), OPEN_QUESTION),
        (rule(source=SOME, kind="security_group"), False),
        (rule(source=SOME, kind="prefix_list"), False),
        (rule(source=None), False),
        (rule(source=Unknown("later", "aws_vpc.main", "cidr_block")), False),
        (rule(source=Unknown("later", "data.aws_vpc.main", "cidr_block")), False),
        (rule(source=Unknown("later", 'module.a["x"].aws_subnet.this[0]', "ipv6_cidr_block")), False),
        (rule(source=Unknown("later", parts=(SOME, "/32"))), False),
        (rule(source=Unknown("later", parts=("10.0.", SOME, ".0/24"))), False),
        (rule(source=Unknown("later", parts=(SOME, "/0"))), Maybe(("later",))),
        (rule(source=Unknown("later", parts=("0.0.0.0/", SOME))), Maybe(("later",))),
        (rule(source=Unknown("later", parts=(SOME, "/3", SOME))), Maybe(("later",))),
        (rule(source=Unknown("later", "aws_vpc.main", "tags")), Maybe(("later",))),
        (rule(source=Unknown("later", "aws_eip.main", "public_ip")), Maybe(("later",))),
    ],
)
def test_peer_is_internet(subject: Rule, answer: Truth) -> None:
    assert traffic.peer_is_internet(subject) == answer


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        (rule("all"), True),
        (rule("tcp", (0, 65535)), True),
        (rule("tcp", (1, 65535)), True),
        (rule("tcp", (0, 65534)), False),
        (rule("udp", None), True),
        (rule("icmp", -1), False),
        (rule("tcp", (0, SOME)), OPEN_QUESTION),
        (rule("tcp", (2, SOME)), False),
        (rule(SOME, 0), OPEN_QUESTION),
    ],
)
def test_covers_all_ports(subject: Rule, answer: Truth) -> None:
    assert traffic.covers_all_ports(subject) == answer


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        (rule("tcp", 443), False),
        (rule("udp", 443), False),
        (rule("tcp", (80, 443)), True),
        (rule("tcp", (443, 444)), True),
        (rule("all"), True),
        (rule("icmp", 8), False),
        (rule("47", None), False),
        (rule("tcp", (443, SOME)), OPEN_QUESTION),
        (rule("tcp", (442, SOME)), True),
        (rule("tcp", (SOME, 444)), True),
        (rule("tcp", SOME), OPEN_QUESTION),
        (rule(SOME, 443, style="rule"), False),
        (rule(SOME, 443, style="vpc_rule"), OPEN_QUESTION),
        (rule(SOME, 22, style="rule"), OPEN_QUESTION),
    ],
)
def test_leaves_ports(subject: Rule, answer: Truth) -> None:
    assert traffic.leaves_ports(subject, (80, 443)) == answer


PORT = st.integers(0, 65535)


@given(PORT, PORT, PORT, st.booleans(), st.booleans())
def test_an_unknown_bound_never_changes_a_certain_answer(
    one: int, other: int, port: int, hide_low: bool, hide_high: bool
) -> None:
    low, high = sorted((one, other))
    truth = traffic.reaches_port(rule(ports=(low, high)), port)
    hidden = traffic.reaches_port(rule(ports=(SOME if hide_low else low, SOME if hide_high else high)), port)
    assert truth is (low <= port <= high)
    assert hidden == truth or isinstance(hidden, Maybe)
