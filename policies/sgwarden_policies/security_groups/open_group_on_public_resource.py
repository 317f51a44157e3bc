"""open-group-on-public-resource: a resource with a public address in a group that the internet may enter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.findings import Outcome, Severity
from sgwarden.model import reachability, traffic
from sgwarden.model.rules import rule_identity, rule_text, rules_by_group
from sgwarden.model.truth import Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy, shortlist

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Attachment, Infrastructure
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings


class OpenGroupOnPublicResource(Policy):
    id = "open-group-on-public-resource"
    title = "Public resource in a security group that is open to the internet"
    severity = Severity.CRITICAL
    why = (
        "An open rule on a group that protects nothing public is a mistake that waits; on a resource with a public "
        "address it is a way in. From there, groups that trust this one by reference can be reached as well."
    )
    fix = (
        "Close the rule first. Then ask whether the resource needs a public address at all: servers and databases "
        "belong in private subnets behind a load balancer."
    )
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
        "https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html",
    )
    controls = ("SecurityHub:EC2.18", "SecurityHub:EC2.19", "MITRE-ATTACK:T1190", "MITRE-ATTACK:T1133")
    bad = """resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.web.id]
}

resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tcp"
    from_port   = 6379
    to_port     = 6379
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
    good = bad.replace("0.0.0.0/0", "10.0.0.0/8")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        rules = rules_by_group(infrastructure)
        graph = reachability.ReachabilityGraph(infrastructure, rules)
        declared = {name for group in infrastructure.security_groups for name in (group.address, group.id) if name}
        for attachment in infrastructure.attachments:
            if attachment.public is not None:
                yield self._judge(attachment, rules, declared, graph, settings)

    def _judge(
        self,
        attachment: Attachment,
        rules: dict[str, list[Rule]],
        declared: set[str],
        graph: reachability.ReachabilityGraph,
        settings: Settings,
    ) -> Outcome:
        public: Truth = (
            unless_known(attachment.public) if isinstance(attachment.public, Unknown) else bool(attachment.public)
        )
        groups = attachment.groups
        unknown = [groups] if isinstance(groups, Unknown) else [each for each in groups if isinstance(each, Unknown)]
        known = [] if isinstance(groups, Unknown) else [each for each in groups if isinstance(each, str)]
        open_rules = [
            _OpenRule(rule, truth)
            for group in known
            for rule in rules.get(group, ())
            if (truth := all_of(traffic.is_open(rule), traffic.leaves_ports(rule, settings.public_ports))) is not False
        ]
        certain = [each for each in open_rules if each.truth is True]
        # Groups that are unknown, or known by id alone, have rules that this input does not show.
        unknown += [
            Unknown(f"the rules of {group}, which this input does not hold") for group in known if group not in declared
        ]
        elsewhere = unless_known(*unknown) if unknown else False
        truth = all_of(public, any_of(*(each.truth for each in open_rules), elsewhere))
        named = [each.rule for each in certain or open_rules]
        ways = shortlist([f"{rule_text(rule)} of {rule.security_group}" for rule in named])
        because = f" ({attachment.public_because})" if attachment.public_because else ""
        beyond = graph.beyond(attachment) if truth is True else []
        onward = f", and onward to {shortlist([step.address for step in beyond])}" if beyond else ""
        return self.about(
            f"public resource {attachment.address}{because}",
            truth,
            f"admit the internet by {ways or 'a group whose rules are unknown'}{onward}",
            address=attachment.address,
            location=named[0].location if named and named[0].location else attachment.location,
            security_group=known[0] if len(known) == 1 else next((str(r.security_group) for r in named), None),
            evidence={
                "public_because": attachment.public_because,
                "rules": [rule_text(rule) for rule in named],
                "paths": [list(step.path) for step in beyond],
            },
            identity=tuple(part for rule in named for part in rule_identity(rule)),
            related=(attachment.location,) if attachment.location and named else (),
        )


class _OpenRule(Struct, frozen=True):
    rule: Rule
    truth: Truth
