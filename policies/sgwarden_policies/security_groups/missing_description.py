"""missing-description: a rule or a group that does not say what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import jsonable, provenance, traffic
from sgwarden.model.rules import group_of, rule_identity, rule_text
from sgwarden.model.truth import Truth, all_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings

_PROVIDER_DEFAULT = "Managed by Terraform"
"""What the provider writes for a group without a description."""


class MissingDescription(Policy):
    id = "missing-description"
    title = "Security group or rule without a description"
    severity = Severity.LOW
    why = (
        "Nobody dares to remove a rule whose purpose is not written down, so it stays open long after its need is "
        "gone. A description tells reviewers and responders what the rule is for and whom to ask."
    )
    fix = "Set description on the group and on each rule: who needs it, for what."
    sources = (
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group",
    )
    controls = ()
    bad = """resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
"""
    good = bad.replace("}\n", '  description       = "Visitors of the shop"\n}\n')

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        for group in infrastructure.security_groups:
            if not group.default:  # aws_default_security_group takes no description
                exists: Truth = True if group.may_exist is None else unless_known(group.may_exist)
                yield self.about(
                    f"security group {group.address}",
                    all_of(_missing(group.description, _PROVIDER_DEFAULT), exists),
                    "have no description",
                    address=group.address,
                    location=group.location,
                    security_group=group.address,
                    fix="Set description on the group.",
                )
        # One block or resource with many peers has one description: it is one subject.
        subjects: dict[tuple[object, ...], list[Rule]] = {}
        for rule in infrastructure.rules:
            text = id(rule.description) if isinstance(rule.description, Unknown) else rule.description
            key = (rule.address, rule_identity(rule)[:4], text, rule.may_exist is None)
            subjects.setdefault(key, []).append(rule)
        for rules in subjects.values():
            yield self._judge(rules)

    def _judge(self, rules: list[Rule]) -> Outcome:
        rule = rules[0]
        subject, cause = rule_text(rule), provenance.cause(rule)
        if len(rules) > 1:  # the cause is that of the first one
            subject += f"{f' ({cause})' if cause else ''} and {len(rules) - 1} more like it"
            cause = ""
        return self.about(
            subject,
            all_of(_missing(rule.description), traffic.exists(rule)),
            "have no description",
            address=rule.address,
            location=rule.location,
            cause=cause,
            security_group=group_of(rule),
            elements=provenance.common_elements(rules),
            evidence=jsonable.rule_traffic(rule),
            identity=rule_identity(rule)[:4],
            fix="Set description on the rule.",
        )


def _missing(description: str | Unknown | None, default: str | None = None) -> Truth:
    if isinstance(description, Unknown):
        return False if description.not_null else unless_known(description)
    return description is None or not description.strip() or description == default
