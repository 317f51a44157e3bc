"""redundant-rule: rules that repeat or are covered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.redundant_rule import RedundantRule
from tests.policies.models import NO_VALUE, infrastructure, outcomes, rule

OTHER = "aws_security_group_rule.other"
LATER = Unknown("later", "data.aws_vpc.main", "cidr_block")


def findings(*rules: Rule) -> list[str]:
    """Messages of everything that did not pass."""
    return [each[2] for each in outcomes(RedundantRule(), infrastructure(*rules)) if each[0] != "pass"]


@pytest.mark.parametrize(
    ("rules", "messages"),
    [
        ([rule(), rule(ports=80)], []),
        ([rule(), rule(direction="egress")], []),
        ([rule(), rule(security_group="sg-2")], []),
        ([rule(), rule(source="::/0")], []),
        ([rule("tcp"), rule("udp")], []),
        # The wider one is a fault itself: once it is mended, the narrower is needed.
        ([rule(source="10.0.0.0/8"), rule()], []),
        (
            [rule(source="10.0.0.0/8"), rule(), rule(source="10.0.0.0/8", ports=(1, 100))],
            ["Ingress tcp 22 from 10.0.0.0/8 adds nothing to the wider ingress tcp 1-100 from 10.0.0.0/8."],
        ),
        (
            [rule(ports=443, source="10.0.0.0/8"), rule(ports=443)],
            ["Ingress tcp 443 from 10.0.0.0/8 adds nothing to the wider ingress tcp 443 from 0.0.0.0/0."],
        ),
        ([rule(), rule()], ["Ingress tcp 22 from 0.0.0.0/0 repeats ingress tcp 22 from 0.0.0.0/0."]),
        (
            [rule(), rule(address=OTHER)],
            ["Ingress tcp 22 from 0.0.0.0/0 repeats ingress tcp 22 from 0.0.0.0/0 of aws_security_group.web."],
        ),
        (
            [rule(source="10.1.0.0/16"), rule(ports=(1, 100), source="10.0.0.0/8")],
            ["Ingress tcp 22 from 10.1.0.0/16 adds nothing to the wider ingress tcp 1-100 from 10.0.0.0/8."],
        ),
        ([rule(ports=(1, 100), source="10.1.0.0/16"), rule(source="10.0.0.0/8")], []),
        (
            [rule(source="sg-1"), rule("all", None, "sg-1")],
            ["Ingress tcp 22 from sg-1 adds nothing to the wider ingress all protocols from sg-1."],
        ),
        ([rule(source="sg-1"), rule("all", None, "sg-2")], []),
        (
            [rule(source=None), rule("all", None, None)],
            [
                "Ingress tcp 22 from the group itself adds nothing to the wider ingress all protocols from the group itself."
            ],
        ),
        (
            [rule("icmp", (8, 0)), rule("icmp", (8, -1)), rule("icmp", -1)],
            [
                "Ingress icmp type 8 code 0 from 0.0.0.0/0 adds nothing to the wider ingress icmp type 8 from 0.0.0.0/0.",
                "Ingress icmp type 8 from 0.0.0.0/0 adds nothing to the wider ingress icmp from 0.0.0.0/0.",
            ],
        ),
        ([rule("icmp", (8, 0)), rule("icmp", (3, 0))], []),
        (
            [rule(), rule(may_exist=NO_VALUE)],
            [
                "Ingress tcp 22 from 0.0.0.0/0 may repeat ingress tcp 22 from 0.0.0.0/0; "
                'unknown: variable "admin_cidrs" has no value.'
            ],
        ),
        (
            [rule(may_exist=NO_VALUE), rule(source="10.1.0.0/16"), rule(source="10.0.0.0/8")],
            [
                "Ingress tcp 22 from 10.1.0.0/16 adds nothing to the wider ingress tcp 22 from 10.0.0.0/8.",
                "Ingress tcp 22 from 10.0.0.0/8 may add nothing to the wider ingress tcp 22 from 0.0.0.0/0; "
                'unknown: variable "admin_cidrs" has no value.',
            ],
        ),
        (
            [rule(), rule(source=NO_VALUE)],
            [
                "Ingress tcp 22 from an address that is unknown may repeat or cover another rule of its group; "
                'unknown: variable "admin_cidrs" has no value.'
            ],
        ),
        ([rule(), rule(ports=80, source=NO_VALUE)], []),
        ([rule(source=NO_VALUE)], []),
        ([rule(), rule(source=NO_VALUE, kind="security_group")], []),
        (
            [rule(source=LATER), rule(source=LATER)],
            ["Ingress tcp 22 from an address that is unknown repeats another rule of its group."] * 2,
        ),
    ],
)
def test_messages(rules: list[Rule], messages: list[str]) -> None:
    assert findings(*rules) == messages


def test_every_rule_has_one_outcome() -> None:
    rules = [rule(), rule(), rule(source=NO_VALUE), rule(direction="egress")]
    assert len(outcomes(RedundantRule(), infrastructure(*rules))) == 4


RANGES = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(lambda pair: (min(pair), max(pair)))
PEERS = st.tuples(st.integers(0, 7), st.integers(29, 32)).map(
    lambda pair: f"192.0.2.{pair[0] & ~((1 << (32 - pair[1])) - 1)}/{pair[1]}"
)
RULES = st.lists(st.builds(lambda ports, source: rule(ports=ports, source=source), RANGES, PEERS), max_size=8)


def admitted(subject: Rule) -> set[tuple[int, int]]:
    """Ports and last octets that a rule of this test admits."""
    assert (
        isinstance(subject.peer.value, str) and isinstance(subject.from_port, int) and isinstance(subject.to_port, int)
    )
    start, length = subject.peer.value.removeprefix("192.0.2.").split("/")
    octets = range(int(start), int(start) + (1 << (32 - int(length))))
    return {(port, octet) for port in range(subject.from_port, subject.to_port + 1) for octet in octets}


@given(RULES)
def test_removing_all_redundant_rules_changes_nothing_and_the_rest_is_needed(rules: list[Rule]) -> None:
    verdicts = [each[0] for each in outcomes(RedundantRule(), infrastructure(*rules))]
    kept = [each for each, verdict in zip(rules, verdicts, strict=True) if verdict == "pass"]
    assert set().union(*map(admitted, kept)) == set().union(*map(admitted, rules))
    for one in kept:
        assert not any(admitted(one) <= admitted(other) for other in kept if other is not one)
