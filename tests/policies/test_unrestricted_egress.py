"""unrestricted-egress: every port to anywhere."""

from __future__ import annotations

import pytest

from sgwarden.model.security_groups import Rule
from sgwarden_policies.security_groups.unrestricted_egress import UnrestrictedEgress
from tests.policies.models import NO_VALUE, infrastructure, outcomes, rule

WEB = "aws_security_group.web"
UNKNOWN_WHY = 'unknown: variable "admin_cidrs" has no value.'


def out(**fields: object) -> Rule:
    """An egress rule for everything."""
    return rule("all", direction="egress", **fields)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (
            out(),
            ("fail", WEB, "Egress all protocols to 0.0.0.0/0 lets traffic out to anywhere on every port."),
        ),
        (rule(ports=443, direction="egress"), ("pass", WEB)),
        (out(source="pl-1"), ("pass", WEB)),
        (
            out(source=NO_VALUE),
            (
                "undecided",
                WEB,
                "Egress all protocols to an address that is unknown may let traffic out to anywhere on every port; "
                + UNKNOWN_WHY,
            ),
        ),
    ],
)
def test_verdicts(subject: Rule, expected: tuple[str, ...]) -> None:
    assert outcomes(UnrestrictedEgress(), infrastructure(subject)) == [expected]


def test_ingress_is_not_looked_at() -> None:
    assert outcomes(UnrestrictedEgress(), infrastructure(rule("all"))) == []
