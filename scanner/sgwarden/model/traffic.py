"""Which traffic one rule admits, decided in three values.

Only TCP and UDP have ports: a rule for ICMP or GRE opens none, a rule for all protocols opens all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sgwarden.model.rules import LAST_PORT, effective_ports
from sgwarden.model.truth import Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown

if TYPE_CHECKING:
    from sgwarden.model.security_groups import Rule

WHOLE_INTERNET = frozenset({"0.0.0.0/0", "::/0"})

_PREFIX = re.compile(r"/(\d{1,3})$")
_VPC_NETWORK = re.compile(
    r"(^|\.)aws_(default_)?(vpc|subnet|vpc_ipv4_cidr_block_association|vpc_ipv6_cidr_block_association)\.[^.]+$"
)
_VPC_PREFIXES = {"cidr_block": 16, "ipv6_cidr_block": 44}
"""https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""


def exists(rule: Rule) -> Truth:
    """Return whether the rule is certainly there."""
    return True if rule.may_exist is None else unless_known(rule.may_exist)


def known_prefix(value: Unknown) -> int | None:
    """Return the least prefix length that an unknown CIDR can have, where that much is known.

    ``"${var.address}/32"`` is one address, whatever the address; the network of a VPC is a /16 at most.
    """
    if value.parts and isinstance(value.parts[-1], str):
        found = _PREFIX.search(value.parts[-1])
        return int(found[1]) if found else None
    if value.address is not None and _VPC_NETWORK.search(value.address):
        return _VPC_PREFIXES.get(value.attribute or "")
    return None


def is_internet(cidr: str | Unknown) -> Truth:
    """Return whether a CIDR is the whole internet."""
    if isinstance(cidr, Unknown):
        return False if known_prefix(cidr) else unless_known(cidr)
    return cidr in WHOLE_INTERNET


def peer_is_internet(rule: Rule) -> Truth:
    """Return whether the one CIDR of the rule is the whole internet; False for peers that are no CIDR."""
    if rule.peer.kind not in {"cidr_ipv4", "cidr_ipv6"}:
        return False
    return False if rule.peer.value is None else is_internet(rule.peer.value)


def is_open(rule: Rule, direction: str = "ingress") -> Truth:
    """Return whether the rule certainly exists and admits the whole internet in ``direction``."""
    if rule.direction != direction:
        return False
    return all_of(peer_is_internet(rule), exists(rule))


def reaches_port(rule: Rule, port: int) -> Truth:
    """Return whether TCP or UDP traffic to ``port`` matches the rule's protocol and ports."""
    truth = admits_port(rule.protocol, rule.from_port, rule.to_port, port)
    if (
        isinstance(rule.protocol, Unknown)
        and cannot_be_all(rule)
        and _within(rule.from_port, rule.to_port, port) is False
    ):
        return False
    return truth


def admits_port(protocol: str | Unknown, low: int | Unknown | None, high: int | Unknown | None, port: int) -> Truth:
    """Return whether TCP or UDP traffic to ``port`` matches a protocol and a range of ports."""
    if protocol == "all":
        return True
    if isinstance(protocol, Unknown):
        return unless_known(protocol, low, high)
    return protocol in {"tcp", "udp"} and _within(low, high, port)


def reached_ports(rule: Rule, ports: Iterable[int]) -> tuple[tuple[int, ...], Truth]:
    """Return the ports of ``ports`` that the rule reaches, else those it may reach; and whether it does."""
    answers = [(port, reaches_port(rule, port)) for port in ports]
    certain = tuple(port for port, answer in answers if answer is True)
    if certain:
        return certain, True
    possible = tuple(port for port, answer in answers if answer is not False)
    return possible, any_of(*(answer for _, answer in answers))


def covers_all_ports(rule: Rule) -> Truth:
    """Return whether the rule admits every port of TCP or UDP (port 0 is reserved and does not count)."""
    return all_of(reaches_port(rule, 1), reaches_port(rule, LAST_PORT))


def leaves_ports(rule: Rule, allowed: Iterable[int]) -> Truth:
    """Return whether the rule reaches any port outside ``allowed``."""
    if rule.protocol == "all":
        return True
    if not isinstance(rule.protocol, Unknown) and rule.protocol not in {"tcp", "udp"}:
        return False
    ports = frozenset(allowed)
    low, high = effective_ports(rule.from_port, rule.to_port)
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        known = [bound for bound in (low, high) if not isinstance(bound, Unknown)]
        outside: Truth = True if any(bound not in ports for bound in known) else unless_known(low, high)
    else:
        outside = high - low + 1 > len(ports) or not all(port in ports for port in range(low, high + 1))
    if not isinstance(rule.protocol, Unknown):
        return outside
    if outside is False and cannot_be_all(rule):
        return False
    return unless_known(rule.protocol)


def cannot_be_all(rule: Rule) -> bool:
    """Return whether an unknown protocol is certainly not "all".

    The provider refuses protocol -1 with ports other than 0 in inline rules and in
    aws_security_group_rule; aws_vpc_security_group_*_rule leaves that to EC2, which ignores the ports.
    """
    return rule.style in {"inline", "rule"} and any(
        isinstance(bound, int) and bound > 0 for bound in (rule.from_port, rule.to_port)
    )


def _within(from_port: int | Unknown | None, to_port: int | Unknown | None, port: int) -> Truth:
    low, high = effective_ports(from_port, to_port)
    if not isinstance(low, Unknown) and port < low:
        return False
    if not isinstance(high, Unknown) and port > high:
        return False
    if port in (low, high):  # a range holds its ends, whatever the other one is
        return True
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return unless_known(low, high)
    return True
