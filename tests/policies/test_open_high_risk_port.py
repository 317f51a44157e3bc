"""open-high-risk-port: ports of the list that the whole internet may reach."""

from __future__ import annotations

import pytest

from sgwarden.model.security_groups import Rule
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.open_high_risk_port import OpenHighRiskPort
from tests.policies.models import NO_VALUE, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
UNKNOWN_WHY = 'unknown: variable "admin_cidrs" has no value.'


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (
            rule(ports=5432),
            ("fail", WEB, "Ingress tcp 5432 from 0.0.0.0/0 opens port 5432 (PostgreSQL) to the internet."),
        ),
        (
            rule("all"),
            ("fail", WEB, "Ingress all protocols from 0.0.0.0/0 opens all 24 high-risk ports to the internet."),
        ),
        (rule(ports=443), ("pass", WEB)),
        (rule(ports=5432, source="10.0.0.0/8"), ("pass", WEB)),
        (
            rule(ports=3306, source=NO_VALUE),
            (
                "undecided",
                WEB,
                "Ingress tcp 3306 from an address that is unknown may open port 3306 (MySQL) to the internet; "
                + UNKNOWN_WHY,
            ),
        ),
    ],
)
def test_verdicts(subject: Rule, expected: tuple[str, ...]) -> None:
    assert outcomes(OpenHighRiskPort(), infrastructure(subject)) == [expected]


def test_egress_is_not_looked_at() -> None:
    assert outcomes(OpenHighRiskPort(), infrastructure(rule("all", direction="egress"))) == []


def test_the_cifs_control_belongs_to_port_445_alone() -> None:
    with_cifs = only(OpenHighRiskPort(), infrastructure(rule(ports=445)))
    without = only(OpenHighRiskPort(), infrastructure(rule(ports=3306)))
    assert "CIS-AWS-5.0.0:5.1.2" in with_cifs.controls
    assert "CIS-AWS-5.0.0:5.1.2" not in without.controls


def test_the_list_can_be_set() -> None:
    settings = Settings(high_risk_ports=(9999,))
    facts = infrastructure(rule(ports=9999), rule(ports=8443))
    assert [each[0] for each in outcomes(OpenHighRiskPort(), facts, settings)] == ["fail", "pass"]
