"""Questions to one security group and its rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sgwarden import api
from sgwarden.api import Inventory, PortSet, Undecided, Verdict
from sgwarden.api.group import Group
from sgwarden.model.infrastructure import PrefixList, Skipped
from sgwarden.model.security_groups import Rule
from tests.policies.models import NO_VALUE, infrastructure, rule


def named(*rules: Rule, **facts: Any) -> Group:
    """The group ``web`` with these rules."""
    return Inventory([infrastructure(*rules, **facts)]).group("web")


def test_what_a_group_admits() -> None:
    found = named(
        rule("tcp", (20, 30), "10.0.0.0/8"),
        rule("tcp", 22, "10.0.0.0/7"),
        rule("tcp", 22, "aws_security_group.lb"),
        rule("all", None, None),
        rule("udp", 22, "192.0.2.0/24"),
        rule("tcp", 22, "pl-1"),
        rule("tcp", 22, "0.0.0.0/0", direction="egress"),
        rule("tcp", 22, NO_VALUE),
        prefix_lists=(PrefixList("aws_ec2_managed_prefix_list.a", "pl-1", None, ("192.0.2.1/32",), None),),
    )
    assert found.peers(22, allow_undecided=True) == ("10.0.0.0/7", "192.0.2.1/32", "aws_security_group.lb", "self")
    assert found.peers(22, "udp") == ("192.0.2.0/24", "self")
    assert found.peers(22, direction="egress") == ("0.0.0.0/0",)
    assert found.ports("11.0.0.0/8", allow_undecided=True) == PortSet.of((22, 22))
    assert found.ports("10.1.1.1", allow_undecided=True) == PortSet.of((20, 30))
    assert found.ports("aws_security_group.lb") == PortSet.of((22, 22))
    assert found.ports("self") == PortSet.everything()
    assert found.addresses(25).cidrs() == ("10.0.0.0/8",)
    assert [each.peer.value for each in found.undecided()] == [NO_VALUE]
    assert [found.admits(peer, port) for peer, port in (("11.0.0.1", 22), ("self", 1), ("11.0.0.1", 23))] == [
        True, True, False,
    ]  # fmt: skip
    with pytest.raises(api.UsageError, match="'icmp' has no ports; ask about tcp or udp"):
        found.peers(22, "icmp")


UNSURE = {
    "address": rule(source=NO_VALUE),
    "existence": rule(may_exist=NO_VALUE),
    "ports": rule(ports=(NO_VALUE, 22)),
    "protocol": rule(NO_VALUE, 22),
    "entries": rule(source="pl-1"),
    "group": rule(security_group=NO_VALUE),
}


@pytest.mark.parametrize("one", UNSURE.values(), ids=UNSURE)
@pytest.mark.parametrize(
    "ask",
    [
        lambda group: group.peers(22),
        lambda group: group.addresses(22),
        lambda group: group.ports("0.0.0.0/0"),
        lambda group: group.admits("192.0.2.1", 22),
    ],
)
def test_what_is_not_known_is_no_answer(one: Rule, ask: Callable[[Group], Any]) -> None:
    with pytest.raises(Undecided) as caught:
        ask(named(one))
    told, tip = str(caught.value).splitlines()
    assert told.startswith("main.tf:7: aws_security_group.web may be changed by ingress ")
    assert tip == "(allow_undecided=True asks about what is certain alone)"


def test_what_is_not_known_and_does_not_matter_is_passed_over() -> None:
    found = named(rule("tcp", (20, 30), NO_VALUE), rule("udp", 53, NO_VALUE), rule(source=NO_VALUE, direction="egress"))
    assert found.peers(31) == ()
    assert not found.admits("192.0.2.1", 443)
    assert not found.admits("2001:db8::1", 22)
    assert not found.admits("aws_security_group.lb", 22)
    assert found.ports("self") == PortSet()
    assert named(rule(source="10.0.0.0/8", may_exist=NO_VALUE)).ports("192.0.2.0/24") == PortSet()
    assert named(rule(source=NO_VALUE, kind="security_group")).ports("192.0.2.0/24") == PortSet()
    with pytest.raises(Undecided, match="may be changed by"):
        named(rule(source=NO_VALUE, kind="security_group")).ports("aws_security_group.lb")


def test_what_was_not_read_is_no_answer() -> None:
    found = Inventory([infrastructure(rule(), skipped=(Skipped("module.vpc", "not installed"),))])
    with pytest.raises(Undecided, match=r"^not read: module.vpc: not installed\n\("):
        found.group("web").peers(443)
    assert found.group("web").admits("192.0.2.1", 22)
    assert not found.group("web").admits("192.0.2.1", 443, allow_undecided=True)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule()], ["tcp 22 fail"]),
        ([rule(source="10.0.0.0/8")], []),
        ([rule(source="8.8.8.8/32")], []),
        ([rule(source="0.0.0.0/1"), rule(source="128.0.0.0/1")], ["tcp 22 fail"]),
        ([rule(ports=(80, 90)), rule(ports=(85, 95), source="::/0")], ["tcp 80-95 fail"]),
        ([rule("all"), rule()], ["all  fail"]),
        ([rule("icmp", (-1, -1))], ["icmp  fail"]),
        ([rule("tcp", (None, None))], ["tcp 0-65535 fail"]),
        ([rule(source="pl-1")], ["tcp 22 undecided"]),
        ([rule(source=NO_VALUE)], ["tcp 22 undecided"]),
        ([rule(source=NO_VALUE), rule(ports=80)], ["tcp 80 fail", "tcp 22 undecided"]),
        ([rule(may_exist=NO_VALUE, source="0.0.0.0/1"), rule(may_exist=NO_VALUE, source="128.0.0.0/1")], ["tcp 22 undecided"]),
        ([rule(may_exist=NO_VALUE, source="10.0.0.0/8")], []),
        ([rule(ports=(NO_VALUE, 22))], ["tcp 0-22 undecided"]),
        ([rule(NO_VALUE, 22)], ["tcp 22 undecided", "udp 22 undecided"]),
        ([rule(NO_VALUE, 22, style="vpc_rule")], ["all  undecided"]),
        ([rule(source=NO_VALUE, kind="security_group")], []),
        ([rule(direction="egress")], []),
    ],
)  # fmt: skip
def test_where_a_group_is_open_to_the_internet(rules: list[Rule], expected: list[str]) -> None:
    found = named(*rules).open_to_internet()
    assert [f"{each.protocol} {each.ports} {each.verdict}" for each in found] == expected
    assert all(bool(each.unknowns) is (each.verdict is Verdict.UNDECIDED) for each in found)
