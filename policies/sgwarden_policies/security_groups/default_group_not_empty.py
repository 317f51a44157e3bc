"""default-group-not-empty: the default group of a VPC admits or lets out traffic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import provenance, traffic
from sgwarden.model.rules import rule_text, rules_by_group, rules_of_unknown_group
from sgwarden.model.truth import any_of
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy, shortlist

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.locations import Location
    from sgwarden.model.security_groups import Rule, SecurityGroup
    from sgwarden.settings import Settings

_DEFAULT_GROUP_ATTRIBUTE = "default_security_group_id"
"""Of aws_vpc and aws_default_vpc: the id of the VPC's default group."""


class DefaultGroupNotEmpty(Policy):
    id = "default-group-not-empty"
    title = "Default security group of a VPC has rules"
    severity = Severity.MEDIUM
    why = (
        "Whatever is started in a VPC without naming a group lands in the default one. If it has rules, such "
        "resources can be reached, and can reach others, without anybody having decided so."
    )
    fix = (
        "Declare aws_default_security_group for the VPC without ingress and egress blocks, and give every resource "
        "a group of its own."
    )
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2",
        "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    )
    controls = (
        "CIS-AWS-1.2.0:4.3", "CIS-AWS-1.4.0:5.3", "CIS-AWS-1.5.0:5.4", "CIS-AWS-2.0.0:5.4", "CIS-AWS-3.0.0:5.4",
        "CIS-AWS-4.0.1:5.5", "CIS-AWS-5.0.0:5.5", "CIS-AWS-6.0.0:6.5", "CIS-AWS-7.0.0:6.5", "SecurityHub:EC2.2",
    )  # fmt: skip
    bad = """resource "aws_default_security_group" "default" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol  = "-1"
    from_port = 0
    to_port   = 0
    self      = true
  }
}
"""
    good = """resource "aws_default_security_group" "default" {
  vpc_id = aws_vpc.main.id
}
"""

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        rules = rules_by_group(infrastructure)
        for group in infrastructure.security_groups:
            if group.default:
                yield self._judge(group, rules.get(group.address, []))
        for rule in rules_of_unknown_group(infrastructure):
            group_id = rule.security_group
            if isinstance(group_id, Unknown) and group_id.attribute == _DEFAULT_GROUP_ATTRIBUTE:
                yield self.about_rule(
                    rule,
                    traffic.exists(rule),
                    f"stand in the default group of {group_id.address}",
                    fix="Give the resources a group of their own and move the rule there.",
                )

    def _judge(self, group: SecurityGroup, rules: list[Rule]) -> Outcome:
        certain = [rule for rule in rules if traffic.exists(rule) is True]
        named = certain or rules
        texts = [rule_text(rule) for rule in named]
        places: dict[Location, None] = {rule.location: None for rule in named if rule.location}
        first, *others = places or [group.location]
        return self.about(
            f"default group {group.address}",
            any_of(*(traffic.exists(rule) for rule in rules)),
            f"have {_count(len(named))}: {shortlist(texts)}",
            address=group.address,
            location=first,
            security_group=group.address,
            evidence={"rules": texts},
            elements=provenance.common_elements(named),
            related=tuple(place for place in others if place is not None),
        )


def _count(number: int) -> str:
    return "1 rule" if number == 1 else f"{number} rules"
