"""everything-open: every port, or every protocol, open to the whole internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic
from sgwarden.model.truth import all_of
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings


class EverythingOpen(Policy):
    id = "everything-open"
    title = "All ports open to the internet"
    severity = Severity.CRITICAL
    why = (
        "A rule that admits every port from anywhere is no firewall: whatever listens now or is installed later "
        "on anything in the group can be reached and attacked by anyone."
    )
    fix = "Replace the rule by one rule for each port that must be reached, with the narrowest networks that work."
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    )
    implies = ("open-admin-port", "open-high-risk-port", "open-unlisted-port")
    controls = ("SecurityHub:EC2.18", "SecurityHub:EC2.19", "MITRE-ATTACK:T1190", "MITRE-ATTACK:T1133")
    bad = """resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
    good = bad.replace('"-1"', '"tcp"').replace("= 0\n", "= 443\n")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        for rule in infrastructure.rules:
            if rule.direction != "ingress":
                continue
            if rule.protocol == "all":
                opened = "all protocols and ports"
            elif isinstance(rule.protocol, Unknown):
                opened = "all ports"
            else:
                opened = f"all {rule.protocol} ports"
            yield self.about_rule(
                rule,
                all_of(traffic.is_open(rule), traffic.covers_all_ports(rule)),
                f"open {opened} to the internet",
            )
