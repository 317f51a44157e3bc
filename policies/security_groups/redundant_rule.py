"""redundant-rule: a rule that repeats another one of its group, or is covered by a wider one."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from policies import traffic, wording
from policies.groups import rules_by_group
from policies.policy import Policy
from policies.truth import Truth, all_of, any_of, unless_known
from scanner.findings import Outcome, Severity
from scanner.model.infrastructure import Infrastructure
from scanner.model.security_groups import Rule
from scanner.model.values import Unknown
from scanner.settings import Settings

_Network = IPv4Network | IPv6Network


class RedundantRule(Policy):
    id = "redundant-rule"
    title = "Rule repeated or covered by another rule of its group"
    severity = Severity.LOW
    why = (
        "Removing a covered rule changes nothing, and narrowing it does not narrow access: reviewers who look at "
        "it believe in a limit that is not there. Separate resources with the same content also fail to apply "
        "(InvalidPermission.Duplicate). Groups have a quota of rules that redundant ones use up."
    )
    fix = "Remove the covered rule, or narrow the wider one if it is the mistake."
    sources = (
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups",
    )
    controls = ()
    bad = """resource "aws_security_group" "database" {
  name = "database"
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.0.0.0/8", "10.20.0.0/16"]
  }
}
"""
    good = bad.replace('"10.0.0.0/8", ', "")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        for rules in rules_by_group(infrastructure).values():
            for direction in ("ingress", "egress"):
                yield from self._judge_all([rule for rule in rules if rule.direction == direction])

    def _judge_all(self, rules: list[Rule]) -> Iterator[Outcome]:
        """Known rules are compared by their peer alone; rules with an unknown part with every other one."""
        index = _Index(rules)
        for position, rule in enumerate(rules):
            if _is_known(rule):
                wider = index.covering(position)
                yield self._judge(rule, wider)
            else:
                truth = any_of(
                    *(any_of(_covers(other, rule), _covers(rule, other)) for other in rules if other is not rule)
                )
                yield self._judge_unknown(rule, truth)

    def _judge(self, rule: Rule, wider: Rule | None) -> Outcome:
        if wider is None:
            return self.about_rule(rule, False, "")
        same = all_of(_covers_peer(rule, wider), _covers_traffic(rule, wider)) is True
        text = wording.rule(wider) + (f" of {wider.address}" if wider.address != rule.address else "")
        return self.about_rule(
            rule,
            all_of(traffic.exists(rule), traffic.exists(wider)),
            f"repeat {text}" if same else f"add nothing to the wider {text}",
            evidence={"covered_by": {"address": wider.address, "rule": wording.rule(wider)}},
            related=(wider.location,) if wider.location else (),
        )

    def _judge_unknown(self, rule: Rule, truth: Truth) -> Outcome:
        certain = truth is True
        return self.about_rule(
            rule, truth, "repeat another rule of its group" if certain else "repeat or cover another rule of its group"
        )


class _Index:
    """The known rules of one group and direction by their peer, to find covering ones without comparing all pairs."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        self.networks = [_network(rule) if _is_known(rule) else None for rule in rules]
        self.by_peer: dict[object, list[int]] = {}
        self.prefixes: set[int] = set()
        for position, rule in enumerate(rules):
            if _is_known(rule):
                network = self.networks[position]
                self.by_peer.setdefault(network or (rule.peer.kind, rule.peer.value), []).append(position)
                if network:
                    self.prefixes.add(network.prefixlen)

    def covering(self, position: int) -> Rule | None:
        """The first rule that admits all of what the rule at ``position`` admits, one that certainly exists if
        there is any; of equal ones the earlier."""
        possible: Rule | None = None
        for wider in self._covering(position):
            if traffic.exists(wider) is True:
                return wider
            possible = possible or wider
        return possible

    def _covering(self, position: int) -> Iterator[Rule]:
        rule = self.rules[position]
        for peer in self._wider_peers(position):
            for other in self.by_peer.get(peer, ()):
                if other == position or _covers_traffic(self.rules[other], rule) is not True:
                    continue
                equal = peer == self._peer(position) and _covers_traffic(rule, self.rules[other]) is True
                if not equal or other < position:
                    yield self.rules[other]

    def _peer(self, position: int) -> object:
        rule = self.rules[position]
        return self.networks[position] or (rule.peer.kind, rule.peer.value)

    def _wider_peers(self, position: int) -> Iterator[object]:
        network = self.networks[position]
        if network is None:
            yield self._peer(position)
            return
        for length in sorted(self.prefixes):
            if length <= network.prefixlen:
                yield network.supernet(new_prefix=length)


def _is_known(rule: Rule) -> bool:
    return not any(isinstance(part, Unknown) for part in (rule.protocol, rule.from_port, rule.to_port, rule.peer.value))


def _network(rule: Rule) -> _Network | None:
    if not rule.peer.kind.startswith("cidr") or not isinstance(rule.peer.value, str):
        return None
    try:
        return ip_network(rule.peer.value, strict=False)
    except ValueError:
        return None


def _covers(wide: Rule, narrow: Rule) -> Truth:
    """Whether all traffic of ``narrow`` is certainly admitted by ``wide``."""
    return all_of(
        _covers_peer(wide, narrow), _covers_traffic(wide, narrow), traffic.exists(wide), traffic.exists(narrow)
    )


def _covers_peer(wide: Rule, narrow: Rule) -> Truth:
    one, other = wide.peer, narrow.peer
    if one.kind != other.kind:
        return False
    if isinstance(one.value, Unknown) or isinstance(other.value, Unknown):
        if isinstance(one.value, Unknown) and isinstance(other.value, Unknown) and _same_thing(one.value, other.value):
            return True
        return unless_known(one.value, other.value)
    outer, inner = _network(wide), _network(narrow)
    if outer is None or inner is None:
        return one.value == other.value
    return outer.prefixlen <= inner.prefixlen and inner.supernet(new_prefix=outer.prefixlen) == outer


def _same_thing(one: Unknown, other: Unknown) -> bool:
    """Whether two unknown values stand for the same attribute of the same resource."""
    return one.address is not None and (one.address, one.attribute) == (other.address, other.attribute)


def _covers_traffic(wide: Rule, narrow: Rule) -> Truth:
    """Whether protocol and ports of ``narrow`` lie within those of ``wide``."""
    if wide.protocol == "all":
        return True
    if isinstance(wide.protocol, Unknown) or isinstance(narrow.protocol, Unknown):
        return unless_known(wide.protocol, narrow.protocol)
    if wide.protocol != narrow.protocol:
        return False
    if wide.protocol in {"icmp", "icmpv6"}:
        return all_of(
            _covers_icmp(wide.from_port, narrow.from_port),
            any_of(_is_any(wide.from_port), _covers_icmp(wide.to_port, narrow.to_port)),
        )
    if wide.from_port is None or wide.to_port is None:
        return True
    if narrow.from_port is None or narrow.to_port is None:
        return False
    return all_of(_at_most(wide.from_port, narrow.from_port), _at_most(narrow.to_port, wide.to_port))


def _covers_icmp(wide: int | Unknown | None, narrow: int | Unknown | None) -> Truth:
    if _is_any(wide) is True:
        return True
    if isinstance(wide, Unknown) or isinstance(narrow, Unknown):
        return unless_known(wide, narrow)
    return wide == narrow


def _is_any(number: int | Unknown | None) -> Truth:
    return unless_known(number) if isinstance(number, Unknown) else number in (None, -1)


def _at_most(low: int | Unknown, high: int | Unknown) -> Truth:
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return unless_known(low, high)
    return low <= high
