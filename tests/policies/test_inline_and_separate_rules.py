"""inline-and-separate-rules: one way of declaring rules for each group and direction."""

from __future__ import annotations

import pytest

from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden_policies.security_groups.inline_and_separate_rules import InlineAndSeparateRules
from tests.policies.models import NO_VALUE, group, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
PASS = ("pass", WEB)


def separate(name: str, **fields: object) -> Rule:
    """A rule of a resource of its own."""
    style = fields.pop("style", "vpc_rule")
    return rule(address=name, style=style, **fields)


@pytest.mark.parametrize(
    ("subject", "rules", "expected"),
    [
        (group(), [rule()], [PASS, PASS]),
        (group(ingress_inline=False), [separate("a")], [PASS, PASS]),
        (
            group(),
            [rule(), separate("a"), separate("a", source="::/0"), separate("b")],
            [("fail", WEB, f"Security group {WEB} has ingress rules both from inline blocks and from a and b."), PASS],
        ),
        (
            group(),
            [rule(may_exist=NO_VALUE), separate("a")],
            [
                (
                    "undecided",
                    WEB,
                    f"Security group {WEB} may have ingress rules both from inline blocks and from a; "
                    'unknown: variable "admin_cidrs" has no value.',
                ),
                PASS,
            ],
        ),
        (
            group(),
            [rule(may_exist=NO_VALUE), rule(), separate("a")],
            [("fail", WEB, f"Security group {WEB} has ingress rules both from inline blocks and from a."), PASS],
        ),
        (
            group(egress_inline=True),
            [separate("a", direction="egress", style="rule")],
            [PASS, ("fail", WEB, f"Security group {WEB} has egress rules both from inline blocks and from a.")],
        ),
        (group(), [separate("a", direction="egress")], [PASS, PASS]),
        (group(ignore_changes=("ingress",)), [separate("a")], [PASS, PASS]),
        (group(ignore_changes=("all",)), [separate("a")], [PASS, PASS]),
        (
            group(),
            [separate("a", may_exist=NO_VALUE)],
            [
                (
                    "undecided",
                    WEB,
                    f"Security group {WEB} may have ingress rules both from inline blocks and from a; "
                    'unknown: variable "admin_cidrs" has no value.',
                ),
                PASS,
            ],
        ),
        (
            group(ingress_inline=False),
            [separate("new"), separate("old", style="rule")],
            [
                (
                    "fail",
                    WEB,
                    f"Security group {WEB} has ingress rules both from aws_security_group_rule and from new.",
                ),
                PASS,
            ],
        ),
        (
            group(ingress_inline=False),
            [separate("new"), separate("old", style="rule", may_exist=NO_VALUE)],
            [
                (
                    "undecided",
                    WEB,
                    f"Security group {WEB} may have ingress rules both from aws_security_group_rule and from new; "
                    'unknown: variable "admin_cidrs" has no value.',
                ),
                PASS,
            ],
        ),
    ],
)
def test_verdicts(subject: SecurityGroup, rules: list[Rule], expected: list[tuple[str, ...]]) -> None:
    assert outcomes(InlineAndSeparateRules(), infrastructure(*rules, groups=[subject])) == expected


def test_the_evidence_names_every_separate_resource() -> None:
    finding = only(InlineAndSeparateRules(), infrastructure(*(separate(name) for name in "abcde")))
    assert finding.evidence == {"direction": "ingress", "rules": ["a", "b", "c", "d", "e"]}
    assert "from a, b, c and 2 more." in finding.message
