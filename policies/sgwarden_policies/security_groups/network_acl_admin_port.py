"""network-acl-admin-port: a network ACL lets the internet reach an administration port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden.findings import Outcome, Severity
from sgwarden.model import jsonable, traffic, wording
from sgwarden.model.addresses import AddressSet, network
from sgwarden.model.truth import Maybe, Truth, all_of, any_of, unless_known
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure, NetworkAclRule
    from sgwarden.settings import Settings


class NetworkAclAdminPort(Policy):
    id = "network-acl-admin-port"
    title = "Network ACL admits administration ports from the internet"
    severity = Severity.MEDIUM
    why = (
        "A network ACL is the second line when a security group is too wide. One that admits SSH or RDP from "
        "anywhere leaves the subnet with the security groups alone."
    )
    fix = (
        "Narrow the entry to the networks of administrators, or put a deny entry with a lower number before it: "
        "entries are judged in the order of their numbers and the first match decides."
    )
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21",
        "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html",
    )
    controls = (
        "CIS-AWS-1.4.0:5.1", "CIS-AWS-1.5.0:5.1", "CIS-AWS-2.0.0:5.1", "CIS-AWS-3.0.0:5.1", "CIS-AWS-4.0.1:5.2",
        "CIS-AWS-5.0.0:5.2", "CIS-AWS-6.0.0:6.2", "CIS-AWS-7.0.0:6.2", "SecurityHub:EC2.21", "MITRE-ATTACK:T1133",
    )  # fmt: skip
    bad = """resource "aws_network_acl_rule" "ssh" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 22
  to_port        = 22
  cidr_block     = "0.0.0.0/0"
}
"""
    good = bad.replace("0.0.0.0/0", "198.51.100.0/24")

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        lists: dict[object, list[NetworkAclRule]] = {}
        for position, entry in enumerate(infrastructure.network_acl_rules):
            if entry.direction == "ingress":
                # An entry whose list is unknown is judged alone: no other entry certainly comes before it.
                key = position if isinstance(entry.network_acl, Unknown) else entry.network_acl
                lists.setdefault(key, []).append(entry)
        for entries in lists.values():
            for entry in entries:
                if entry.action != "deny":
                    yield self._judge(entry, entries, settings)

    def _judge(self, entry: NetworkAclRule, entries: list[NetworkAclRule], settings: Settings) -> Outcome:
        answers = {port: _opens(entry, entries, port) for port in settings.admin_ports}
        certain = tuple(port for port, answer in answers.items() if answer is True)
        ports = certain or tuple(port for port, answer in answers.items() if answer is not False)
        number = "of unknown number" if isinstance(entry.rule_number, Unknown) else str(entry.rule_number)
        return self.about(
            f"entry {number} of network ACL {_name(entry)}, {_text(entry)},",
            any_of(*answers.values()),
            f"open {wording.ports(ports)} to the internet" if ports else "",
            address=entry.address,
            location=entry.location,
            elements=entry.elements(),
            fix=f"Narrow the entry, or deny {wording.ports(ports)} with a lower rule number." if ports else "",
            evidence={
                "rule_number": jsonable.value(entry.rule_number),
                "protocol": jsonable.value(entry.protocol),
                "from_port": jsonable.value(entry.from_port),
                "to_port": jsonable.value(entry.to_port),
                "cidr": jsonable.value(entry.cidr),
                "ports": list(ports),
            },
            identity=(
                "ingress",
                *(
                    _plain(part)
                    for part in (entry.rule_number, entry.protocol, entry.from_port, entry.to_port, entry.cidr)
                ),
            ),
        )


def _opens(entry: NetworkAclRule, entries: list[NetworkAclRule], port: int) -> Truth:
    """Decide whether ``entry`` admits traffic from the whole internet to ``port``.

    It does if it matches, allows, and no entry with a lower number denies the same traffic first.

    Traffic is TCP, but UDP for an entry for UDP alone.
    """
    transport = "udp" if entry.protocol == "udp" else "tcp"
    allows = all_of(_is(entry.action, "allow"), _matches(entry, transport, port))
    if allows is False:
        return False
    closed = _closed(entry, [other for other in entries if other is not entry], transport, port)
    return all_of(allows, _negated(closed))


def _closed(entry: NetworkAclRule, others: list[NetworkAclRule], transport: str, port: int) -> Truth:
    """Decide whether entries with a lower number deny all that ``entry`` admits to ``port``, alone or together."""
    denies = [(other, all_of(_before(other, entry), _is(other.action, "deny"))) for other in others]
    alone = any_of(
        *(
            all_of(denied, _same_family(other, entry), _matches(other, transport, port))
            for other, denied in denies
            if denied is not False
        )
    )
    if alone is True or isinstance(entry.cidr, Unknown):
        return alone
    parts = [
        (str(other.cidr), all_of(denied, _admits(other, transport, port)))
        for other, denied in denies
        if not isinstance(other.cidr, Unknown) and network(other.cidr) is not None
    ]
    if _cover(entry.cidr, [cidr for cidr, answer in parts if answer is True]):
        return True
    if alone is False and _cover(entry.cidr, [cidr for cidr, answer in parts if answer is not False]):
        return any_of(*(answer for _, answer in parts if isinstance(answer, Maybe)))
    return alone


def _cover(cidr: str, parts: list[str]) -> bool:
    """Return True if networks hold together every public address of ``cidr``."""
    public = AddressSet.from_cidrs([cidr]).public()
    return bool(public) and AddressSet.from_cidrs(parts).covers(public)


def _negated(truth: Truth) -> Truth:
    return truth if isinstance(truth, Maybe) else not truth


def _matches(entry: NetworkAclRule, transport: str, port: int) -> Truth:
    """Decide whether the entry is about the whole internet, the port and the transport."""
    return all_of(traffic.is_internet(entry.cidr), _admits(entry, transport, port))


def _admits(entry: NetworkAclRule, transport: str, port: int) -> Truth:
    if entry.protocol in {"tcp", "udp"} and entry.protocol != transport:
        return False
    exists: Truth = True if entry.may_exist is None else unless_known(entry.may_exist)
    return all_of(traffic.admits_port(entry.protocol, entry.from_port, entry.to_port, port), exists)


def _same_family(one: NetworkAclRule, other: NetworkAclRule) -> Truth:
    if isinstance(one.cidr, Unknown) or isinstance(other.cidr, Unknown):
        return unless_known(one.cidr, other.cidr)
    return (":" in one.cidr) == (":" in other.cidr)


def _before(one: NetworkAclRule, other: NetworkAclRule) -> Truth:
    if isinstance(one.rule_number, int) and isinstance(other.rule_number, int):
        return one.rule_number < other.rule_number
    if one.rule_number is None or other.rule_number is None:
        return unless_known(Unknown("the rule number is missing"))
    return unless_known(one.rule_number, other.rule_number)


def _is(action: str | Unknown, name: str) -> Truth:
    return unless_known(action) if isinstance(action, Unknown) else action == name


def _name(entry: NetworkAclRule) -> str:
    return "that is unknown" if isinstance(entry.network_acl, Unknown) else entry.network_acl


def _text(entry: NetworkAclRule) -> str:
    protocol = "an unknown protocol" if isinstance(entry.protocol, Unknown) else entry.protocol
    protocol = "all protocols" if protocol == "all" else protocol
    low, high = entry.from_port, entry.to_port
    ports = (
        ""
        if protocol == "all protocols" or low is None
        else f" {_plain(low)}" + ("" if low == high else f"-{_plain(high)}")
    )
    cidr = "an address that is unknown" if isinstance(entry.cidr, Unknown) else entry.cidr
    return f"{protocol}{ports} from {cidr}"


def _plain(value: object) -> str:
    return "?" if isinstance(value, Unknown) else "" if value is None else str(value)
