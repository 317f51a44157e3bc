"""default-group-not-empty: no rule in the default group of a VPC."""

from __future__ import annotations

import pytest

from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.default_group_not_empty import DefaultGroupNotEmpty
from tests.policies.models import NO_VALUE, group, infrastructure, outcomes, rule

DEFAULT = "aws_default_security_group.main"


def inside(*args: object, **fields: object) -> Rule:
    """A rule of the default group."""
    return rule(*args, security_group=DEFAULT, address=DEFAULT, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], ("pass", DEFAULT)),
        (
            [inside("all", None, None)],
            ("fail", DEFAULT, f"Default group {DEFAULT} has 1 rule: ingress all protocols from the group itself."),
        ),
        (
            [inside(ports=number, source="10.0.0.0/8") for number in (1, 2, 3, 4)],
            (
                "fail",
                DEFAULT,
                f"Default group {DEFAULT} has 4 rules: ingress tcp 1 from 10.0.0.0/8, ingress tcp 2 from 10.0.0.0/8, "
                "ingress tcp 3 from 10.0.0.0/8 and 1 more.",
            ),
        ),
        (
            [inside(may_exist=NO_VALUE)],
            (
                "undecided",
                DEFAULT,
                f"Default group {DEFAULT} may have 1 rule: ingress tcp 22 from 0.0.0.0/0; "
                'unknown: variable "admin_cidrs" has no value.',
            ),
        ),
        (
            [inside(may_exist=NO_VALUE), inside(ports=80, source=NO_VALUE)],
            ("fail", DEFAULT, f"Default group {DEFAULT} has 1 rule: ingress tcp 80 from an address that is unknown."),
        ),
    ],
)
def test_verdicts(rules: list[Rule], expected: tuple[str, ...]) -> None:
    facts = infrastructure(*rules, groups=[group(DEFAULT, default=True)])
    assert outcomes(DefaultGroupNotEmpty(), facts) == [expected]


def test_other_groups_may_have_rules() -> None:
    assert outcomes(DefaultGroupNotEmpty(), infrastructure(rule())) == []


def test_a_separate_rule_on_the_default_group_of_a_vpc_fails() -> None:
    where = Unknown("known after apply", "aws_vpc.main", "default_security_group_id")
    facts = infrastructure(rule(security_group=where, address="aws_security_group_rule.x"), groups=[])
    assert outcomes(DefaultGroupNotEmpty(), facts) == [
        (
            "fail",
            "aws_security_group_rule.x",
            "Ingress tcp 22 from 0.0.0.0/0 stands in the default group of aws_vpc.main.",
        )
    ]
