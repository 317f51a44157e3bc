"""redundant-rule: a rule that repeats another one of its group, or is covered by a wider one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic
from sgwarden.model.addresses import network
from sgwarden.model.rules import rule_text, rules_by_group
from sgwarden.model.truth import Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings

_PeerKey = tuple[str, int | None, int | str]


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
                yield from self._judge_all([rule for rule in rules if rule.direction == direction], settings)

    def _judge_all(self, rules: list[Rule], settings: Settings) -> Iterator[Outcome]:
        """Yield outcomes; known rules are compared by their peer alone, rules with an unknown part with every other one."""
        index = _Index(rules, frozenset(n for n, rule in enumerate(rules) if _is_to_remove(rule, settings)))
        for position, rule in enumerate(rules):
            if _is_known(rule):
                wider = index.covering(position)
                yield self._judge(rule, wider)
            else:
                yield self._judge_unknown(rule, _covers_or_repeats(rule, rules))

    def _judge(self, rule: Rule, wider: Rule | None) -> Outcome:
        if wider is None:
            return self.about_rule(rule, False, "")
        same = all_of(_covers_peer(rule, wider), _covers_traffic(rule, wider)) is True
        text = rule_text(wider) + (f" of {wider.address}" if wider.address != rule.address else "")
        return self.about_rule(
            rule,
            all_of(traffic.exists(rule), traffic.exists(wider)),
            f"repeat {text}" if same else f"add nothing to the wider {text}",
            evidence={"covered_by": {"address": wider.address, "rule": rule_text(wider)}},
            related=(wider.location,) if wider.location else (),
        )

    def _judge_unknown(self, rule: Rule, truth: Truth) -> Outcome:
        certain = truth is True
        return self.about_rule(
            rule, truth, "repeat another rule of its group" if certain else "repeat or cover another rule of its group"
        )


class _Index:
    """The known rules of one group and direction by their peer, to find covering ones without comparing all pairs."""

    def __init__(self, rules: list[Rule], to_remove: frozenset[int]) -> None:
        self.rules = rules
        self.to_remove = to_remove
        """Positions of rules that other policies want removed: what they cover is needed without them."""
        self.peers = [_peer(rule) if _is_known(rule) else None for rule in rules]
        self.by_peer: dict[_PeerKey, list[int]] = {}
        for position, peer in enumerate(self.peers):
            if peer is not None:
                self.by_peer.setdefault(peer, []).append(position)
        self.lengths = sorted({peer[1] for peer in self.by_peer if isinstance(peer[1], int)})

    def covering(self, position: int) -> Rule | None:
        """Return the first rule that admits all that the rule at ``position`` admits, preferably one that certainly
        exists; of equal ones the earlier is the covering one."""
        possible: Rule | None = None
        for wider in self._covering(position):
            if traffic.exists(wider) is True:
                return wider
            possible = possible or wider
        return possible

    def _covering(self, position: int) -> Iterator[Rule]:
        rule, own = self.rules[position], self.peers[position]
        for peer in self._wider_peers(position):
            for other in self.by_peer.get(peer, ()):
                if other == position or _covers_traffic(self.rules[other], rule) is not True:
                    continue
                equal = peer == own and _covers_traffic(rule, self.rules[other]) is True
                if other < position if equal else other not in self.to_remove:
                    yield self.rules[other]

    def _wider_peers(self, position: int) -> Iterator[_PeerKey]:
        peer = self.peers[position]
        if peer is None:
            return
        kind, length, value = peer
        if not isinstance(length, int) or not isinstance(value, int):
            yield peer
            return
        bits = 32 if kind == "cidr_ipv4" else 128
        for shorter in self.lengths:
            if shorter <= length:
                yield kind, shorter, value >> (bits - shorter) << (bits - shorter)


def _is_to_remove(rule: Rule, settings: Settings) -> bool:
    """Return True if the rule certainly opens more to the internet than the public ports."""
    return all_of(traffic.is_open(rule), traffic.leaves_ports(rule, settings.public_ports)) is True


def _is_known(rule: Rule) -> bool:
    return not (
        isinstance(rule.peer.value, Unknown)
        or isinstance(rule.from_port, Unknown)
        or isinstance(rule.to_port, Unknown)
        or isinstance(rule.protocol, Unknown)
    )


def _peer(rule: Rule) -> _PeerKey:
    """Return kind, prefix length and first address of a network as numbers; kind, None and value of other peers."""
    value = rule.peer.value
    if rule.peer.kind.startswith("cidr") and isinstance(value, str):
        found = network(value)
        if found is not None:
            return rule.peer.kind, found.prefix, found.first
    return rule.peer.kind, None, value if isinstance(value, str) else ""


def _covers_or_repeats(rule: Rule, rules: list[Rule]) -> Truth:
    """Decide whether a rule with an unknown part repeats, covers or is covered by another one; the first doubt counts."""
    doubt: Truth = False
    for other in rules:
        if other is rule or other.peer.kind != rule.peer.kind or not _may_share_ports(other, rule):
            continue
        answer = any_of(_covers(other, rule), _covers(rule, other))
        if answer is True:
            return True
        if doubt is False:
            doubt = answer
    return doubt


def _may_share_ports(one: Rule, other: Rule) -> bool:
    """Return False, quickly, for rules whose known ports do not overlap."""
    low, high = one.from_port, one.to_port
    other_low, other_high = other.from_port, other.to_port
    if "all" in (one.protocol, other.protocol):
        return True
    if isinstance(low, int) and isinstance(other_high, int) and low > other_high >= 0:
        return False
    return not (isinstance(high, int) and isinstance(other_low, int) and 0 <= high < other_low)


def _covers(wide: Rule, narrow: Rule) -> Truth:
    """Decide whether ``wide`` admits all traffic of ``narrow``."""
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
    outer, inner = _peer(wide), _peer(narrow)
    if not (isinstance(outer[1], int) and isinstance(inner[1], int) and isinstance(inner[2], int)):
        return outer == inner
    shift = (32 if outer[0] == "cidr_ipv4" else 128) - outer[1]
    return outer[1] <= inner[1] and inner[2] >> shift << shift == outer[2]


def _same_thing(one: Unknown, other: Unknown) -> bool:
    """Return True if two unknown values are the same attribute of the same resource."""
    return one.address is not None and (one.address, one.attribute) == (other.address, other.attribute)


def _covers_traffic(wide: Rule, narrow: Rule) -> Truth:
    """Decide whether protocol and ports of ``narrow`` lie within those of ``wide``."""
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
