"""unrestricted-egress: everything may leave to anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic
from sgwarden.model.truth import all_of
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings


class UnrestrictedEgress(Policy):
    id = "unrestricted-egress"
    title = "All outgoing traffic allowed to the internet"
    severity = Severity.LOW
    why = (
        "Whoever gets into a server can then fetch tools, call home and carry data out over any port. Narrow "
        "egress does not stop a break-in, but it makes its use harder and easier to see."
    )
    fix = "Allow the ports and networks that are needed, for example TCP 443, and reach AWS services by VPC endpoints."
    sources = (
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_create_layers.html",
    )
    controls = ("MITRE-ATTACK:T1048", "MITRE-ATTACK:T1041")
    bad = """resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
"""
    good = """resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
"""

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        for rule in infrastructure.rules:
            if rule.direction == "egress":
                yield self.about_rule(
                    rule,
                    all_of(traffic.is_open(rule, "egress"), traffic.covers_all_ports(rule)),
                    "let traffic out to anywhere on every port",
                )
