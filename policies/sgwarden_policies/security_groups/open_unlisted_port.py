"""open-unlisted-port: a port that faces the internet without being on the list of public ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic, wording
from sgwarden.model.truth import all_of
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings


class OpenUnlistedPort(Policy):
    id = "open-unlisted-port"
    title = "Port open to the internet that is not on the list of public ports"
    severity = Severity.MEDIUM
    why = (
        "Most systems need few ports that anyone may reach, commonly 80 and 443. Every other one widens what can "
        "be attacked, often by accident: a debugging port, a second service in the same range."
    )
    fix = (
        "Narrow the peers of the rule, or the ports to those that must be public. Ports that are public on purpose "
        "belong on the list in the settings (public_ports)."
    )
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",)
    controls = ("SecurityHub:EC2.18", "MITRE-ATTACK:T1190", "MITRE-ATTACK:T1046")
    bad = """resource "aws_vpc_security_group_ingress_rule" "metrics" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 9100
  to_port           = 9100
  cidr_ipv4         = "0.0.0.0/0"
}
"""
    good = bad.replace("0.0.0.0/0", "10.20.0.0/16")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        listed = wording.listed(str(port) for port in settings.public_ports) or "none"
        for rule in infrastructure.rules:
            if rule.direction == "ingress":
                yield self.about_rule(
                    rule,
                    all_of(traffic.is_open(rule), traffic.leaves_ports(rule, settings.public_ports)),
                    f"open more to the internet than the public ports ({listed})",
                    evidence={"public_ports": list(settings.public_ports)},
                )
