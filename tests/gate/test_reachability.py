"""What a change makes reachable."""

from __future__ import annotations

from sgwarden.findings import ExposureChange
from sgwarden.gate.reachability import changes
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from tests.policies.models import group, infrastructure, rule

EVERYBODY = "all of IPv4 (0.0.0.0/0)"


def told(before: Infrastructure, after: Infrastructure) -> list[tuple[str, tuple[str, ...], tuple[str, ...], bool]]:
    """The changes in brief."""
    return [(each.traffic, each.before, each.after, each.opens) for each in changes([before], [after])]


def between(*before: Rule) -> Infrastructure:
    """One group with some rules."""
    return infrastructure(*before)


def test_a_port_that_opens() -> None:
    assert changes([between(rule(source="10.0.0.0/8"))], [between(rule(source="10.0.0.0/8"), rule())]) == (
        ExposureChange(".", "aws_security_group.web", "web", "tcp 22", ("10.0.0.0/8",), (EVERYBODY,), True),
    )


def test_what_changes_nothing_is_not_told() -> None:
    halves = between(rule(source="0.0.0.0/1"), rule(source="128.0.0.0/1"))
    assert told(between(rule()), halves) == []
    assert told(between(rule()), between(rule(), rule(source="10.0.0.0/8"))) == []
    assert told(between(rule(description="a")), between(rule(description="b"))) == []
    assert told(between(rule(ports=(20, 25))), between(rule(ports=(20, 22)), rule(ports=(23, 25)))) == []


def test_ports_are_cut_where_they_differ() -> None:
    assert told(between(rule(ports=(20, 25))), between(rule(ports=(20, 22)), rule(ports=(24, 30)))) == [
        ("tcp 23", (EVERYBODY,), (), False),
        ("tcp 26-30", (), (EVERYBODY,), True),
    ]


def test_all_protocols() -> None:
    assert told(between(), between(rule("all", source="10.0.0.0/8"))) == [
        ("tcp and udp 0-65535", (), ("10.0.0.0/8",), False),
        ("other protocols", (), ("10.0.0.0/8",), False),
    ]


def test_groups_other_protocols_and_what_is_not_known() -> None:
    unknown = Unknown('variable "x" has no value')
    after = between(
        rule(source="sg-1"),
        rule("icmp", (8, -1)),
        rule(source=unknown),
        rule(source="10.0.0.0/8", may_exist=unknown),
        rule(source="192.0.2.7/32", sensitive=frozenset({"peer"})),
    )
    assert told(between(), after) == [
        ("icmp type 8", (), (EVERYBODY,), True),
        ("tcp 22", (), ("a sensitive address", "an address that is unknown", "10.0.0.0/8 (may exist)", "sg-1"), False),
    ]


def test_a_group_that_moved_is_compared_with_itself() -> None:
    moved = "module.web.aws_security_group.this"
    before = infrastructure(rule())
    after = infrastructure(rule(security_group=moved, address=moved), groups=[group(moved)])
    assert told(before, after) == []
    other = infrastructure(rule(security_group=moved, address=moved), groups=[group(moved, name="other")])
    assert told(before, other) == [("tcp 22", (EVERYBODY,), (), False), ("tcp 22", (), (EVERYBODY,), True)]


def test_a_group_that_is_gone_admits_nobody() -> None:
    assert told(between(rule()), infrastructure(groups=[])) == [("tcp 22", (EVERYBODY,), (), False)]
    assert told(infrastructure(groups=[]), between()) == []


def test_many_sources_are_counted() -> None:
    rules = [rule(source=f"10.0.{2 * number}.0/24") for number in range(20)]
    assert told(between(), between(*rules)) == [
        ("tcp 22", (), (*(f"10.0.{2 * number}.0/24" for number in range(7)), "13 more"), False)
    ]
