"""missing-description: groups and rules that say what they are for."""

from __future__ import annotations

import pytest

from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.missing_description import MissingDescription
from tests.policies.models import NO_VALUE, group, infrastructure, outcomes, rule

WEB = "aws_security_group.web"
WHY = 'unknown: variable "admin_cidrs" has no value.'
PASS = ("pass", WEB)


@pytest.mark.parametrize(
    ("subject", "rules", "expected"),
    [
        (group(), [rule()], [PASS, PASS]),
        (group(description="Managed by Terraform"), [], [("fail", WEB, f"Security group {WEB} has no description.")]),
        (group(description=" "), [], [("fail", WEB, f"Security group {WEB} has no description.")]),
        (group(default=True, description=None), [], []),
        (group(description=Unknown("later", not_null=True)), [], [PASS]),
        (
            group(description=NO_VALUE),
            [],
            [("undecided", WEB, f"Security group {WEB} may have no description; {WHY}")],
        ),
        (
            group(description=None, may_exist=NO_VALUE),
            [],
            [("undecided", WEB, f"Security group {WEB} may have no description; {WHY}")],
        ),
        (
            group(),
            [rule(description=None), rule(description=None, source="::/0"), rule(description=None, ports=80)],
            [
                PASS,
                ("fail", WEB, "Ingress tcp 22 from 0.0.0.0/0 and 1 more like it has no description."),
                ("fail", WEB, "Ingress tcp 80 from 0.0.0.0/0 has no description."),
            ],
        ),
        (
            group(),
            [rule(description=NO_VALUE)],
            [PASS, ("undecided", WEB, f"Ingress tcp 22 from 0.0.0.0/0 may have no description; {WHY}")],
        ),
    ],
)
def test_verdicts(subject: SecurityGroup, rules: list[Rule], expected: list[tuple[str, ...]]) -> None:
    assert outcomes(MissingDescription(), infrastructure(*rules, groups=[subject])) == expected
