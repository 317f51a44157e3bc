"""open-high-risk-port: a database, cache, file or remote access port that the whole internet may reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Passed, Severity
from sgwarden.model import traffic, wording
from sgwarden.model.truth import all_of
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings

_CIFS = ("CIS-AWS-4.0.1:5.1.2", "CIS-AWS-5.0.0:5.1.2")
"""Port 445 alone: CIFS access restricted to trusted networks."""
_ALWAYS = ("SecurityHub:EC2.19", "MITRE-ATTACK:T1190", "MITRE-ATTACK:T1046")


class OpenHighRiskPort(Policy):
    id = "open-high-risk-port"
    title = "High-risk port open to the internet"
    severity = Severity.HIGH
    why = (
        "Databases, caches, file shares, mail and remote access speak protocols that were not made for the open "
        "internet: many need no password or send it in clear, and their flaws are exploited by automated scans."
    )
    fix = (
        "Admit only the security groups or networks of the clients. What must be public belongs behind a load "
        "balancer that listens on 443."
    )
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    )
    implies = ("open-unlisted-port",)
    controls = (*_ALWAYS, *_CIFS)
    bad = """resource "aws_security_group_rule" "postgresql" {
  type              = "ingress"
  security_group_id = aws_security_group.database.id
  protocol          = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_blocks       = ["0.0.0.0/0"]
}
"""
    good = bad.replace(
        'cidr_blocks       = ["0.0.0.0/0"]', "source_security_group_id = aws_security_group.application.id"
    )

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        for rule in infrastructure.rules:
            if rule.direction == "ingress":
                yield self._judge(rule, settings)

    def _judge(self, rule: Rule, settings: Settings) -> Outcome:
        opened = traffic.is_open(rule)
        if opened is False:
            return Passed(rule.address)
        ports, reached = traffic.reached_ports(rule, settings.high_risk_ports)
        if len(ports) == len(settings.high_risk_ports) and len(ports) > 1:
            named = f"all {len(ports)} high-risk ports"
        else:
            named = wording.ports(ports)
        return self.about_rule(
            rule,
            all_of(opened, reached),
            f"open {named} to the internet",
            fix=f"Allow {named} only from the networks or security groups of its clients.",
            evidence={"ports": list(ports)},
            controls=(*_ALWAYS, *(_CIFS if 445 in ports else ())),
        )
