"""open-prefix-list: a rule is open to the internet through the entries of a prefix list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic, wording
from sgwarden.model.truth import Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure, PrefixList
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings


class OpenPrefixList(Policy):
    id = "open-prefix-list"
    title = "Port open to the internet through a prefix list"
    severity = Severity.HIGH
    why = (
        "A rule that names a prefix list looks narrow, but admits every network on the list. With 0.0.0.0/0 or ::/0 "
        "among its entries, every rule that uses it is open to the internet."
    )
    fix = "Remove the entry from the prefix list, or let the rule name a narrower list."
    sources = (
        "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
    )
    controls = ("SecurityHub:EC2.18", "MITRE-ATTACK:T1190")
    bad = """resource "aws_ec2_managed_prefix_list" "partners" {
  name           = "partners"
  address_family = "IPv4"
  max_entries    = 2
  entry {
    cidr = "0.0.0.0/0"
  }
}

resource "aws_vpc_security_group_ingress_rule" "partners" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  prefix_list_id    = aws_ec2_managed_prefix_list.partners.id
}
"""
    good = bad.replace("0.0.0.0/0", "198.51.100.0/24")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        lists: dict[str, PrefixList] = {}
        for known in infrastructure.prefix_lists:
            lists[known.address] = known
            if known.id:
                lists[known.id] = known
        for rule in infrastructure.rules:
            if rule.direction == "ingress" and rule.peer.kind == "prefix_list":
                yield self._judge(rule, lists, settings)

    def _judge(self, rule: Rule, lists: dict[str, PrefixList], settings: Settings) -> Outcome:
        value = rule.peer.value
        found = lists.get(value) if isinstance(value, str) else None
        wide = _whole_internet(found)
        truth = all_of(
            _is_open(value, found),
            traffic.leaves_ports(rule, settings.public_ports),
            traffic.exists(rule),
        )
        opened = f" by its entry {wording.listed(wide)}" if wide else " by its entries"
        return self.about_rule(
            rule,
            truth,
            f"open more to the internet{opened} than the public ports",
            evidence={"prefix_list": found.address if found else None, "entries": list(wide)},
            related=(found.location,) if found and found.location else (),
        )


def _whole_internet(found: PrefixList | None) -> tuple[str, ...]:
    if found is None or isinstance(found.cidrs, Unknown):
        return ()
    return tuple(cidr for cidr in found.cidrs if isinstance(cidr, str) and cidr in traffic.WHOLE_INTERNET)


def _is_open(value: object, found: PrefixList | None) -> Truth:
    if found is None:
        if isinstance(value, Unknown):
            return unless_known(value)
        return unless_known(Unknown(f"the entries of prefix list {value}, which this input does not hold"))
    if isinstance(found.cidrs, Unknown):
        return unless_known(found.cidrs)
    return any_of(*(traffic.is_internet(cidr) for cidr in found.cidrs))
