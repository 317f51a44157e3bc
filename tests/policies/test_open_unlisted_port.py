"""open-unlisted-port: ports besides the public ones that the whole internet may reach."""

from __future__ import annotations

import pytest

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.open_unlisted_port import OpenUnlistedPort
from tests.policies.models import HERE, NO_VALUE, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
UNKNOWN_WHY = 'unknown: variable "admin_cidrs" has no value.'


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (
            rule(ports=(80, 81)),
            (
                "fail",
                WEB,
                "Ingress tcp 80-81 from 0.0.0.0/0 opens more to the internet than the public ports (80 and 443).",
            ),
        ),
        (rule(ports=80), ("pass", WEB)),
        (rule("icmp", 8), ("pass", WEB)),
        (
            rule(ports=9100, may_exist=NO_VALUE),
            (
                "undecided",
                WEB,
                "Ingress tcp 9100 from 0.0.0.0/0 may open more to the internet than the public ports (80 and 443); "
                + UNKNOWN_WHY,
            ),
        ),
    ],
)
def test_verdicts(subject: Rule, expected: tuple[str, ...]) -> None:
    assert outcomes(OpenUnlistedPort(), infrastructure(subject)) == [expected]


def test_egress_is_not_looked_at() -> None:
    assert outcomes(OpenUnlistedPort(), infrastructure(rule("all", direction="egress"))) == []


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


def test_the_list_can_be_set() -> None:
    settings = Settings(public_ports=(8443,))
    facts = infrastructure(rule(ports=9999), rule(ports=8443))
    assert [each[0] for each in outcomes(OpenUnlistedPort(), facts, settings)] == ["fail", "pass"]
