"""open-admin-port: SSH, RDP or another administration port that the whole internet may reach."""

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

_IPV4 = (
    "CIS-AWS-1.4.0:5.2", "CIS-AWS-1.5.0:5.2", "CIS-AWS-2.0.0:5.2", "CIS-AWS-3.0.0:5.2", "CIS-AWS-4.0.1:5.3",
    "CIS-AWS-5.0.0:5.3", "CIS-AWS-6.0.0:6.3", "CIS-AWS-7.0.0:6.3", "SecurityHub:EC2.53",
)  # fmt: skip
_IPV6 = (
    "CIS-AWS-1.5.0:5.3", "CIS-AWS-2.0.0:5.3", "CIS-AWS-3.0.0:5.3", "CIS-AWS-4.0.1:5.4", "CIS-AWS-5.0.0:5.4",
    "CIS-AWS-6.0.0:6.4", "CIS-AWS-7.0.0:6.4",
    "SecurityHub:EC2.54",
)  # fmt: skip
_BY_PORT = {22: "SecurityHub:EC2.13", 3389: "SecurityHub:EC2.14"}
_ATTACK = ("MITRE-ATTACK:T1133", "MITRE-ATTACK:T1110", "MITRE-ATTACK:T1021")


class OpenAdminPort(Policy):
    id = "open-admin-port"
    title = "Administration port open to the internet"
    severity = Severity.HIGH
    why = (
        "SSH, RDP and other administration services are scanned for and attacked with guessed and stolen "
        "passwords within minutes of being reachable. One weak account or one unpatched server is enough."
    )
    fix = (
        "Replace 0.0.0.0/0 and ::/0 by the networks that administrators work from, or close the port and use "
        "AWS Systems Manager Session Manager or EC2 Instance Connect Endpoint."
    )
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-53",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    )
    implies = ("open-high-risk-port", "open-unlisted-port")
    controls = (*_IPV4, *(control for control in _IPV6 if control not in _IPV4), *_BY_PORT.values(), *_ATTACK)
    bad = """resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.bastion.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}
"""
    good = bad.replace("0.0.0.0/0", "198.51.100.0/24")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        for rule in infrastructure.rules:
            if rule.direction == "ingress":
                yield self._judge(rule, settings)

    def _judge(self, rule: Rule, settings: Settings) -> Outcome:
        opened = traffic.is_open(rule)
        if opened is False:
            return Passed(rule.address)
        ports, reached = traffic.reached_ports(rule, settings.admin_ports)
        family = _IPV6 if rule.peer.kind == "cidr_ipv6" else _IPV4
        return self.about_rule(
            rule,
            all_of(opened, reached),
            f"open {wording.ports(ports)} to the internet",
            fix=f"Allow {wording.ports(ports)} only from the networks that administrators work from.",
            evidence={"ports": list(ports)},
            controls=(*family, *(_BY_PORT[port] for port in ports if port in _BY_PORT), *_ATTACK),
        )
