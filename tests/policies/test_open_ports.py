"""open-high-risk-port, everything-open, open-unlisted-port and unrestricted-egress over the same kinds of rules."""

from __future__ import annotations

import pytest

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from sgwarden_policies.policy import Policy
from sgwarden_policies.security_groups.everything_open import EverythingOpen
from sgwarden_policies.security_groups.open_high_risk_port import OpenHighRiskPort
from sgwarden_policies.security_groups.open_unlisted_port import OpenUnlistedPort
from sgwarden_policies.security_groups.unrestricted_egress import UnrestrictedEgress
from tests.policies.models import HERE, NO_VALUE, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
UNKNOWN_WHY = 'unknown: variable "admin_cidrs" has no value.'


def out(**fields: object) -> Rule:
    """An egress rule for everything."""
    return rule("all", direction="egress", **fields)


@pytest.mark.parametrize(
    ("policy", "subject", "expected"),
    [
        (
            OpenHighRiskPort(),
            rule(ports=5432),
            ("fail", WEB, "Ingress tcp 5432 from 0.0.0.0/0 opens port 5432 (PostgreSQL) to the internet."),
        ),
        (
            OpenHighRiskPort(),
            rule("all"),
            ("fail", WEB, "Ingress all protocols from 0.0.0.0/0 opens all 24 high-risk ports to the internet."),
        ),
        (OpenHighRiskPort(), rule(ports=443), ("pass", WEB)),
        (OpenHighRiskPort(), rule(ports=5432, source="10.0.0.0/8"), ("pass", WEB)),
        (
            OpenHighRiskPort(),
            rule(ports=3306, source=NO_VALUE),
            (
                "undecided",
                WEB,
                "Ingress tcp 3306 from an address that is unknown may open port 3306 (MySQL) to the internet; "
                + UNKNOWN_WHY,
            ),
        ),
        (
            EverythingOpen(),
            rule("all", source="::/0"),
            ("fail", WEB, "Ingress all protocols from ::/0 opens all protocols and ports to the internet."),
        ),
        (
            EverythingOpen(),
            rule("udp", (0, 65535)),
            ("fail", WEB, "Ingress udp 0-65535 from 0.0.0.0/0 opens all udp ports to the internet."),
        ),
        (EverythingOpen(), rule(ports=(0, 1024)), ("pass", WEB)),
        (EverythingOpen(), rule("all", source="10.0.0.0/8"), ("pass", WEB)),
        (
            EverythingOpen(),
            rule(NO_VALUE, 0),
            (
                "undecided",
                WEB,
                f"Ingress an unknown protocol 0 from 0.0.0.0/0 may open all ports to the internet; {UNKNOWN_WHY}",
            ),
        ),
        (
            OpenUnlistedPort(),
            rule(ports=(80, 81)),
            (
                "fail",
                WEB,
                "Ingress tcp 80-81 from 0.0.0.0/0 opens more to the internet than the public ports (80 and 443).",
            ),
        ),
        (OpenUnlistedPort(), rule(ports=80), ("pass", WEB)),
        (OpenUnlistedPort(), rule("icmp", 8), ("pass", WEB)),
        (
            OpenUnlistedPort(),
            rule(ports=9100, may_exist=NO_VALUE),
            (
                "undecided",
                WEB,
                "Ingress tcp 9100 from 0.0.0.0/0 may open more to the internet than the public ports (80 and 443); "
                + UNKNOWN_WHY,
            ),
        ),
        (
            UnrestrictedEgress(),
            out(),
            ("fail", WEB, "Egress all protocols to 0.0.0.0/0 lets traffic out to anywhere on every port."),
        ),
        (UnrestrictedEgress(), rule(ports=443, direction="egress"), ("pass", WEB)),
        (UnrestrictedEgress(), out(source="pl-1"), ("pass", WEB)),
        (
            UnrestrictedEgress(),
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
def test_verdicts(policy: Policy, subject: Rule, expected: tuple[str, ...]) -> None:
    assert outcomes(policy, infrastructure(subject)) == [expected]


def test_the_direction_that_is_no_matter_of_a_policy_is_not_counted() -> None:
    assert outcomes(UnrestrictedEgress(), infrastructure(rule("all"))) == []
    for policy in (OpenHighRiskPort(), EverythingOpen(), OpenUnlistedPort()):
        assert outcomes(policy, infrastructure(out())) == []


def test_whole_finding_of_an_undecided_rule() -> None:
    unknown = Unknown("data.http.me.response_body is read from AWS")
    assert only(OpenUnlistedPort(), infrastructure(rule(ports=9100, source=unknown))) == Finding(
        policy="open-unlisted-port",
        verdict=Verdict.UNDECIDED,
        severity=Severity.MEDIUM,
        address=WEB,
        fault="may open more to the internet than the public ports (80 and 443)",
        location=HERE,
        subject="Ingress tcp 9100 from an address that is unknown",
        security_group=WEB,
        evidence={
            "direction": "ingress",
            "protocol": "tcp",
            "from_port": 9100,
            "to_port": 9100,
            "peer": {"kind": "cidr_ipv4", "value": {"unknown": "data.http.me.response_body is read from AWS"}},
            "public_ports": [80, 443],
        },
        fix=OpenUnlistedPort.fix,
        identity=("ingress", "tcp", "9100", "9100", "cidr_ipv4", "(unknown)"),
        controls=OpenUnlistedPort.controls,
        unknowns=("data.http.me.response_body is read from AWS",),
    )


def test_the_cifs_control_belongs_to_port_445_alone() -> None:
    with_cifs = only(OpenHighRiskPort(), infrastructure(rule(ports=445)))
    without = only(OpenHighRiskPort(), infrastructure(rule(ports=3306)))
    assert "CIS-AWS-5.0.0:5.1.2" in with_cifs.controls
    assert "CIS-AWS-5.0.0:5.1.2" not in without.controls


def test_the_lists_can_be_set() -> None:
    settings = Settings(high_risk_ports=(9999,), public_ports=(8443,))
    facts = infrastructure(rule(ports=9999), rule(ports=8443))
    assert [each[0] for each in outcomes(OpenHighRiskPort(), facts, settings)] == ["fail", "pass"]
    assert [each[0] for each in outcomes(OpenUnlistedPort(), facts, settings)] == ["fail", "pass"]
