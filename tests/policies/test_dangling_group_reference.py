"""dangling-group-reference: only where it is certain that nobody declares the group."""

from __future__ import annotations

import pytest

from sgwarden.model.infrastructure import Skipped
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.dangling_group_reference import DanglingGroupReference
from tests.policies.models import NO_VALUE, infrastructure, outcomes, rule

WEB = "aws_security_group.web"
GONE = "aws_security_group.gone"
RULE = "aws_security_group_rule.x"
PASS = ("pass", RULE)
UNDECLARED = Unknown(
    f'peer cannot be evaluated: Reference to undeclared resource: "{GONE}" has not been declared in this module.'
)


def from_group(value: str | Unknown, **fields: object) -> Rule:
    """A rule whose peer is a group."""
    return rule(source=value, kind="security_group", address=RULE, **fields)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (from_group(WEB), [PASS, PASS]),
        (from_group("sg-0123"), [PASS]),
        (from_group(NO_VALUE), [PASS]),
        (from_group(Unknown("later", "data.aws_security_group.x", "id")), [PASS]),
        (from_group(Unknown("later", "aws_lb.x", "id")), [PASS]),
        (from_group(Unknown("later", GONE, "name")), [PASS]),
        (
            from_group(GONE),
            [PASS, ("fail", RULE, f"Ingress tcp 22 from {GONE} names {GONE} as its peer, which is not declared.")],
        ),
        (
            from_group(Unknown("later", f"module.a.{GONE}[0]", "id")),
            [
                PASS,
                (
                    "fail",
                    RULE,
                    "Ingress tcp 22 from a security group that is unknown names "
                    f"module.a.{GONE}[0] as its peer, which is not declared.",
                ),
            ],
        ),
        (
            from_group(UNDECLARED),
            [
                PASS,
                (
                    "fail",
                    RULE,
                    f"Ingress tcp 22 from a security group that is unknown names {GONE} as its peer, "
                    "which is not declared.",
                ),
            ],
        ),
        (
            rule(security_group=GONE, address=RULE),
            [("fail", RULE, f"Ingress tcp 22 from 0.0.0.0/0 names {GONE} as its group, which is not declared.")],
        ),
    ],
)
def test_verdicts(subject: Rule, expected: list[tuple[str, ...]]) -> None:
    assert outcomes(DanglingGroupReference(), infrastructure(subject)) == expected


def test_what_was_not_read_may_declare_it() -> None:
    facts = infrastructure(from_group(GONE), skipped=(Skipped("module.vpc", "not installed"),))
    assert outcomes(DanglingGroupReference(), facts)[1] == (
        "undecided",
        RULE,
        f"Ingress tcp 22 from {GONE} may name {GONE} as its peer, which is not declared; "
        "unknown: what module.vpc declares, which was not read.",
    )


@pytest.mark.parametrize(
    "skipped", [Skipped(f"{RULE}: peer", "Invalid index"), Skipped("data.x", "on purpose", complete=True)]
)
def test_what_declares_no_group_does_not_matter(skipped: Skipped) -> None:
    facts = infrastructure(from_group(GONE), skipped=(skipped,))
    assert [each[0] for each in outcomes(DanglingGroupReference(), facts)] == ["pass", "fail"]
