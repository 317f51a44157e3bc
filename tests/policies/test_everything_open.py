"""everything-open: every port, or every protocol, to the whole internet."""

from __future__ import annotations

import pytest

from sgwarden.model.security_groups import Rule
from sgwarden_policies.security_groups.everything_open import EverythingOpen
from tests.policies.models import NO_VALUE, infrastructure, outcomes, rule

WEB = "aws_security_group.web"
UNKNOWN_WHY = 'unknown: variable "admin_cidrs" has no value.'


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (
            rule("all", source="::/0"),
            ("fail", WEB, "Ingress all protocols from ::/0 opens all protocols and ports to the internet."),
        ),
        (
            rule("udp", (0, 65535)),
            ("fail", WEB, "Ingress udp 0-65535 from 0.0.0.0/0 opens all udp ports to the internet."),
        ),
        (rule(ports=(0, 1024)), ("pass", WEB)),
        (rule("all", source="10.0.0.0/8"), ("pass", WEB)),
        (
            rule(NO_VALUE, 0),
            (
                "undecided",
                WEB,
                f"Ingress an unknown protocol 0 from 0.0.0.0/0 may open all ports to the internet; {UNKNOWN_WHY}",
            ),
        ),
    ],
)
def test_verdicts(subject: Rule, expected: tuple[str, ...]) -> None:
    assert outcomes(EverythingOpen(), infrastructure(subject)) == [expected]


def test_egress_is_not_looked_at() -> None:
    assert outcomes(EverythingOpen(), infrastructure(rule("all", direction="egress"))) == []
