"""dangling-group-reference: a rule names a security group that the code does not declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic
from sgwarden.model.truth import Truth, all_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings

_GROUP_ADDRESS = re.compile(r"(^|\.)aws_(default_)?security_group\.[^.]+$")
_DATA = re.compile(r"(^|\.)data\.aws_security_group\.")
_MOST_NAMED = 3


class DanglingGroupReference(Policy):
    id = "dangling-group-reference"
    title = "Rule refers to a security group that does not exist in the code"
    severity = Severity.MEDIUM
    why = (
        "A rule for a group that is no longer declared does not protect what it was written for, fails at apply, "
        "or stays behind in AWS as a stale rule that a later group may take up."
    )
    fix = "Point the rule at a group that is declared, or remove it."
    sources = ("https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html",)
    controls = ()
    bad = """resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id            = aws_security_group.web.id
  referenced_security_group_id = aws_security_group.removed.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
"""
    good = bad.replace("removed", "load_balancer")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        known: set[str] = set()
        for group in infrastructure.security_groups:
            known.add(group.address)
            if group.id:
                known.add(group.id)
        rules = {rule.address for rule in infrastructure.rules}
        # A rule that could not be evaluated declares no group; anything else that was not read may.
        unread = [
            skipped.what
            for skipped in infrastructure.skipped
            if not skipped.complete and skipped.what.split(":")[0] not in rules
        ]
        for rule in infrastructure.rules:
            for role, value in (("its group", rule.security_group), ("its peer", rule.peer.value)):
                if role == "its peer" and rule.peer.kind != "security_group":
                    continue
                address = _address(value)
                if address is not None:
                    yield self._judge(rule, role, address, address in known, unread)

    def _judge(self, rule: Rule, role: str, address: str, declared: bool, unread: list[str]) -> Outcome:
        dangles: Truth = not declared
        if dangles is True and unread:
            dangles = unless_known(Unknown(f"what {', '.join(unread[:_MOST_NAMED])} declares, which was not read"))
        return self.about_rule(
            rule,
            all_of(dangles, traffic.exists(rule)),
            f"name {address} as {role}, which is not declared",
            evidence={"reference": address},
        )


def _address(value: object) -> str | None:
    """Return the address of the managed security group that a value refers to; None for ids and anything else."""
    if isinstance(value, Unknown):
        referenced = value.address if value.attribute in {"id", "security_group_id"} else None
        value = value.undeclared or referenced
    if isinstance(value, str) and _GROUP_ADDRESS.search(value) and not _DATA.search(value):
        return value
    return None
