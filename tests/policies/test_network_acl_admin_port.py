"""network-acl-admin-port: entries are judged in the order of their numbers."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sgwarden.model.infrastructure import NetworkAclRule
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.network_acl_admin_port import NetworkAclAdminPort
from tests.policies.models import HERE, NO_VALUE, infrastructure, only, outcomes

ACL = "aws_network_acl.main"
WHY = 'unknown: variable "admin_cidrs" has no value.'


def entry(number: int | Unknown | None = 100, action: str | Unknown = "allow", **fields: Any) -> NetworkAclRule:
    """One entry; SSH from anywhere unless told otherwise."""
    base = NetworkAclRule(ACL, ACL, "ingress", number, action, "tcp", 22, 22, "0.0.0.0/0", HERE)
    return replace(base, **fields)


def everything(number: int, action: str = "allow", **fields: Any) -> NetworkAclRule:
    """An entry for all traffic."""
    return entry(number, action, protocol="all", from_port=None, to_port=None, **fields)


def verdicts(*entries: NetworkAclRule) -> list[str]:
    """Verdicts of the entries that allow."""
    return [each[0] for each in outcomes(NetworkAclAdminPort(), infrastructure(groups=[], network_acl_rules=entries))]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry()], ["fail"]),
        ([entry(cidr="::/0")], ["fail"]),
        ([entry(cidr="10.0.0.0/8")], ["pass"]),
        ([entry(from_port=443, to_port=443)], ["pass"]),
        ([entry(protocol="icmp", from_port=-1, to_port=-1)], ["pass"]),
        ([entry(direction="egress")], []),
        ([entry(90, "deny"), entry(100)], ["pass"]),
        ([entry(100), entry(110, "deny")], ["fail"]),
        ([everything(90, "deny"), entry(100)], ["pass"]),
        ([entry(90, "deny", cidr="10.0.0.0/8"), entry(100)], ["fail"]),
        ([entry(90, "deny", protocol="udp"), entry(100)], ["fail"]),
        ([entry(90, "deny", protocol="udp"), everything(100)], ["fail"]),
        ([entry(90, "deny"), everything(100)], ["fail"]),
        ([entry(80, "deny"), entry(90, "deny", from_port=3389, to_port=3389), everything(100)], ["pass"]),
        ([entry(90, "deny", cidr="::/0"), entry(100)], ["fail"]),
        ([entry(90, "deny", network_acl="aws_network_acl.other"), entry(100)], ["fail"]),
        ([everything(80, "deny", cidr="0.0.0.0/1"), everything(90, "deny", cidr="128.0.0.0/1"), entry()], ["pass"]),
        ([everything(90, "deny", cidr="0.0.0.0/1"), entry()], ["fail"]),
        ([everything(90, "deny", cidr="0.0.0.0/1"), entry(), everything(110, "deny", cidr="128.0.0.0/1")], ["fail"]),
        ([everything(80, "deny", cidr="::/1"), everything(90, "deny", cidr="8000::/1"), entry(cidr="::/0")], ["pass"]),
        ([everything(80, "deny", cidr="0.0.0.0/1"), everything(90, "deny", cidr="8000::/1"), entry()], ["fail"]),
        ([entry(80, "deny", cidr="0.0.0.0/1"), everything(90, "deny", cidr="128.0.0.0/1"), everything(100)], ["fail"]),
        (
            [everything(80, "deny", cidr="0.0.0.0/1"), everything(NO_VALUE, "deny", cidr="128.0.0.0/1"), entry()],
            ["undecided"],
        ),
        (
            [everything(80, "deny", cidr="0.0.0.0/1"), everything(90, NO_VALUE, cidr="128.0.0.0/1"), entry()],
            ["pass", "undecided"],
        ),
        ([entry(cidr=NO_VALUE)], ["undecided"]),
        ([entry(action=NO_VALUE)], ["undecided"]),
        ([entry(may_exist=NO_VALUE)], ["undecided"]),
        ([entry(90, "deny", cidr=NO_VALUE), entry(100)], ["undecided"]),
        ([entry(90, "deny", may_exist=NO_VALUE), entry(100)], ["undecided"]),
        ([entry(NO_VALUE, "deny"), entry(100)], ["undecided"]),
        ([entry(cidr=Unknown("later", "aws_vpc.a", "cidr_block"))], ["pass"]),
        ([entry(network_acl=NO_VALUE)], ["fail"]),
    ],
)
def test_verdicts(entries: list[NetworkAclRule], expected: list[str]) -> None:
    assert verdicts(*entries) == expected


def test_message_and_evidence() -> None:
    finding = only(NetworkAclAdminPort(), infrastructure(groups=[], network_acl_rules=(everything(100),)))
    assert finding.message == (
        "Entry 100 of network ACL aws_network_acl.main, all protocols from 0.0.0.0/0, "
        "opens ports 22 (SSH) and 3389 (RDP) to the internet."
    )
    assert finding.evidence == {
        "rule_number": 100, "protocol": "all", "from_port": None, "to_port": None, "cidr": "0.0.0.0/0", "ports": [22, 3389],
    }  # fmt: skip
    assert finding.identity == ("ingress", "100", "all", "", "", "0.0.0.0/0")


def test_undecided_message() -> None:
    finding = only(
        NetworkAclAdminPort(), infrastructure(groups=[], network_acl_rules=(entry(NO_VALUE, cidr=NO_VALUE),))
    )
    assert finding.message == (
        "Entry of unknown number of network ACL aws_network_acl.main, tcp 22 from an address that is unknown, "
        f"may open port 22 (SSH) to the internet; {WHY}"
    )
