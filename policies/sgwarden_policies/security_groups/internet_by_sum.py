"""internet-by-sum: no single rule is open to the internet, but the rules of a group are together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.findings import Outcome, Severity
from sgwarden.model import traffic
from sgwarden.model.addresses import network, public_addresses
from sgwarden.model.rules import LAST_PORT
from sgwarden.model.truth import Maybe, Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy, shortlist

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.locations import Location
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings

_MOST_NAMED = 4


class InternetBySum(Policy):
    id = "internet-by-sum"
    title = "Rules that are open to a large part of the internet together"
    severity = Severity.HIGH
    why = (
        "0.0.0.0/1 and 128.0.0.0/1 are the whole internet, yet neither looks like it, and some networks of many "
        "millions of addresses come close. What counts is how many strangers may connect, not how the rules "
        "are written."
    )
    fix = (
        "Name the networks that are really meant. Large networks that are trusted on purpose belong in the settings "
        "(trusted_cidrs); the limits are internet_ipv4_prefix and internet_ipv6_prefix."
    )
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
        "https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml",
    )
    controls = ("SecurityHub:EC2.18", "MITRE-ATTACK:T1190")
    bad = """resource "aws_security_group" "api" {
  name = "api"
  ingress {
    protocol    = "tcp"
    from_port   = 8443
    to_port     = 8443
    cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]
  }
}
"""
    good = bad.replace('"0.0.0.0/1", "128.0.0.0/1"', '"198.51.100.0/24"')

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        subjects: dict[tuple[str, str, str], list[Rule]] = {}
        for rule in infrastructure.rules:
            if rule.direction == "ingress" and _is_network(rule):
                unknown = isinstance(rule.security_group, Unknown)
                owner = rule.address if unknown else str(rule.security_group)
                subjects.setdefault((owner, "" if unknown else owner, rule.peer.kind), []).append(rule)
        places = {group.address: group.location for group in infrastructure.security_groups}
        for (owner, group, family), rules in subjects.items():
            yield self._judge(owner, group or None, family, rules, places.get(owner), settings)

    def _judge(
        self, owner: str, group: str | None, family: str, rules: list[Rule], place: Location | None, settings: Settings
    ) -> Outcome:
        limit = 2 ** (
            32 - settings.internet_ipv4_prefix if family == "cidr_ipv4" else 128 - settings.internet_ipv6_prefix
        )
        exposure = _exposure(rules, limit, settings)
        name = "IPv4" if family == "cidr_ipv4" else "IPv6"
        cidrs = [rule.peer.value for rule in exposure.rules if "peer" not in rule.sensitive]
        cidrs = list({cidr.reason if isinstance(cidr, Unknown) else cidr: cidr for cidr in cidrs}.values())
        if exposure.count >= limit:
            fault = f"admit {exposure.count:,} public {name} addresses to {exposure.where}"
            fault += f" by {shortlist([str(cidr) for cidr in cidrs], _MOST_NAMED)}" if cidrs else ""
        else:
            fault = f"admit a large part of the {name} internet by the sum of its rules"
        places = list(dict.fromkeys(rule.location for rule in exposure.rules if rule.location))
        return self.about(
            f"security group {owner}" if group else owner,
            exposure.truth,
            fault,
            address=owner,
            location=places[0] if places else place,
            security_group=group,
            evidence={"public_addresses": exposure.count, "limit": limit, "cidrs": cidrs, "where": exposure.where},
            identity=(family,),
            related=tuple(places[1:]),
        )


class _Exposure(Struct, frozen=True):
    """The widest part of the ports that is open by the sum of certain rules."""

    truth: Truth
    count: int
    where: str
    rules: tuple[Rule, ...]


def _exposure(rules: list[Rule], limit: int, settings: Settings) -> _Exposure:
    nothing = _Exposure(False, 0, "", ())
    boundless = [rule for rule in rules if _largest(rule) is None]
    if not boundless and _upper_bound(rules) < limit:
        return nothing
    candidates = [rule for rule in rules if traffic.leaves_ports(rule, settings.public_ports) is not False]
    certain = [rule for rule in candidates if _is_certain(rule)]
    worst = _widest(certain, limit, settings)
    if worst is not None:
        return worst
    uncertain = [rule for rule in candidates if not _is_certain(rule) and rule.peer.value not in traffic.WHOLE_INTERNET]
    boundless = [rule for rule in uncertain if _largest(rule) is None]
    known = [str(rule.peer.value) for rule in candidates if isinstance(rule.peer.value, str)]
    most = public_addresses(
        [cidr for cidr in known if cidr not in traffic.WHOLE_INTERNET], settings.trusted_cidrs
    ) + sum(_largest(rule) or 0 for rule in uncertain if isinstance(rule.peer.value, Unknown))
    if not uncertain or not (boundless or most >= limit):
        return nothing
    return _Exposure(any_of(*(_doubt(rule) for rule in uncertain)), 0, "", tuple(boundless or uncertain))


def _largest(rule: Rule) -> int | None:
    """Return how many addresses the peer can hold at most; None for any number.

    The whole internet counts as none, which other policies report.
    """
    value = rule.peer.value
    if not isinstance(value, Unknown):
        found = network(value) if isinstance(value, str) and value not in traffic.WHOLE_INTERNET else None
        return found.size if found else 0
    prefix = traffic.known_prefix(value)
    bits = 32 if rule.peer.kind == "cidr_ipv4" else 128
    return 1 << max(bits - prefix, 0) if prefix else None


def _upper_bound(rules: list[Rule]) -> int:
    """Return the sum of all networks, as if they were disjoint and public: quick to count."""
    return sum(_largest(rule) or 0 for rule in rules)


def _doubt(rule: Rule) -> Truth:
    """Return the Maybe of what is unknown of a rule; False if nothing is."""
    peer = unless_known(rule.peer.value) if isinstance(rule.peer.value, Unknown) else True
    ports = [part for part in (rule.protocol, rule.from_port, rule.to_port) if isinstance(part, Unknown)]
    answer = all_of(peer, traffic.exists(rule), unless_known(*ports) if ports else True)
    return answer if isinstance(answer, Maybe) else False


def _is_certain(rule: Rule) -> bool:
    parts = (rule.protocol, rule.from_port, rule.to_port, rule.peer.value)
    return rule.may_exist is None and not any(isinstance(part, Unknown) for part in parts)


def _is_network(rule: Rule) -> bool:
    """Return True if the peer is a network of its family, or one that is unknown."""
    if rule.peer.kind not in {"cidr_ipv4", "cidr_ipv6"} or rule.peer.value is None:
        return False
    if isinstance(rule.peer.value, Unknown):
        return True
    found = network(rule.peer.value)
    return found is not None and found.version == (4 if rule.peer.kind == "cidr_ipv4" else 6)


def _widest(rules: list[Rule], limit: int, settings: Settings) -> _Exposure | None:
    """Return the range of ports that admits most public addresses, if as many as ``limit``.

    Ranges that a single rule opens to the whole internet are left to the policies about single rules.
    """
    everything = [str(rule.peer.value) for rule in rules if rule.peer.value not in traffic.WHOLE_INTERNET]
    if not rules or _upper_bound(rules) < limit or public_addresses(everything, settings.trusted_cidrs) < limit:
        return None
    best: _Exposure | None = None
    counted: dict[tuple[str, ...], int] = {}
    for protocol in ("tcp", "udp"):
        matching = [rule for rule in rules if rule.protocol in (protocol, "all")]
        for low, high in _segments(matching, settings.public_ports):
            here = [rule for rule in matching if _covers(rule, low, high)]
            cidrs = tuple(sorted({str(rule.peer.value) for rule in here}))
            if not cidrs or not traffic.WHOLE_INTERNET.isdisjoint(cidrs):
                continue
            if cidrs not in counted:
                counted[cidrs] = public_addresses(cidrs, settings.trusted_cidrs)
            if counted[cidrs] >= limit and (best is None or counted[cidrs] > best.count):
                ports = str(low) if low == high else f"{low}-{high}"
                best = _Exposure(True, counted[cidrs], f"{protocol} {ports}", tuple(here))
    return best


def _segments(rules: list[Rule], public_ports: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Yield the ranges between the ports where a rule or a public port begins or ends, without public ports."""
    cuts = {0, LAST_PORT + 1}
    for rule in rules:
        low, high = _ports(rule)
        cuts |= {low, high + 1}
    for port in public_ports:
        cuts |= {port, port + 1}
    ordered = sorted(cut for cut in cuts if 0 <= cut <= LAST_PORT + 1)
    for low, after in pairwise(ordered):
        if not (low in public_ports and after == low + 1):
            yield low, after - 1


def _covers(rule: Rule, low: int, high: int) -> bool:
    first, last = _ports(rule)
    return first <= low and high <= last


def _ports(rule: Rule) -> tuple[int, int]:
    low = rule.from_port if isinstance(rule.from_port, int) and rule.from_port >= 0 else 0
    high = rule.to_port if isinstance(rule.to_port, int) and rule.to_port >= 0 else LAST_PORT
    return low, high
