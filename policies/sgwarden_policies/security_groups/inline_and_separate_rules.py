"""inline-and-separate-rules: two ways of declaring rules on one group, which undo each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic
from sgwarden.model.rules import rules_by_group
from sgwarden.model.truth import Truth, all_of, any_of, unless_known
from sgwarden_policies.policy import Policy, shortlist

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.security_groups import Rule, SecurityGroup
    from sgwarden.settings import Settings


class InlineAndSeparateRules(Policy):
    id = "inline-and-separate-rules"
    title = "Inline and separate rules on one security group"
    severity = Severity.MEDIUM
    why = (
        "A group with inline rules owns all rules of that direction: every apply removes the rules that separate "
        "resources added, and the next apply adds them again. In between, traffic is cut off or a removed rule "
        "is back. aws_security_group_rule and aws_vpc_security_group_*_rule on one group conflict alike."
    )
    fix = (
        "Keep one way for each group: move the inline blocks into aws_vpc_security_group_ingress_rule and "
        "aws_vpc_security_group_egress_rule resources, one for each rule."
    )
    sources = ("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group",)
    controls = ()
    bad = """resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "http" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "10.0.0.0/8"
}
"""
    good = """resource "aws_security_group" "web" {
  name = "web"
}

resource "aws_vpc_security_group_ingress_rule" "http" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "10.0.0.0/8"
}
"""

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        rules = rules_by_group(infrastructure)
        for group in infrastructure.security_groups:
            yield from self._judge(group, rules.get(group.address, []))

    def _judge(self, group: SecurityGroup, rules: list[Rule]) -> Iterator[Outcome]:
        for direction, inline in (("ingress", group.ingress_inline), ("egress", group.egress_inline)):
            owned = inline and not {"all", direction}.intersection(group.ignore_changes)
            separate = [rule for rule in rules if rule.direction == direction and rule.style in {"rule", "vpc_rule"}]
            old = [rule for rule in separate if rule.style == "rule"]
            new = [rule for rule in separate if rule.style == "vpc_rule"]
            if owned:
                # Blocks that may be none at all leave the direction to others; an empty list takes it.
                blocks = [rule for rule in rules if rule.direction == direction and rule.style == "inline"]
                yield self._conflict(group, direction, separate, "inline blocks", blocks or None)
            else:
                yield self._conflict(group, direction, new if old else [], "aws_security_group_rule", old)

    def _conflict(
        self, group: SecurityGroup, direction: str, others: list[Rule], first_way: str, first: list[Rule] | None = None
    ) -> Outcome:
        """Return the outcome for both ways at once: rules declared in ``first_way``, and ``others``.

        ``first`` are the rules of the first way, which may not exist; None if they certainly do.
        """
        addresses = list(dict.fromkeys(rule.address for rule in others))
        truth: Truth = any_of(*(traffic.exists(rule) for rule in others))
        if first is not None:
            truth = all_of(truth, any_of(*(traffic.exists(rule) for rule in first)))
        if group.may_exist is not None:
            truth = all_of(truth, unless_known(group.may_exist))
        return self.about(
            f"security group {group.address}",
            truth,
            f"have {direction} rules both from {first_way} and from {shortlist(addresses)}",
            address=group.address,
            location=group.location,
            security_group=group.address,
            evidence={"direction": direction, "rules": addresses},
            identity=(direction,),
            related=tuple(dict.fromkeys(rule.location for rule in others if rule.location)),
        )
