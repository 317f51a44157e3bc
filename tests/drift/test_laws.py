"""The laws of the comparison, over generated groups."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sgwarden.drift.declared import DeclaredSource
from sgwarden.model.infrastructure import Infrastructure
from tests.drift.models import (
    APP,
    DB,
    WEB,
    allow,
    briefs,
    drift,
    group,
    live,
    live_group,
    old_rule,
    permission,
    state,
    vpc_rule,
)

QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

_V4 = ["10.0.0.0/8", "10.1.0.0/16", "192.168.7.0/24", "0.0.0.0/0", "203.0.113.9/32", "172.16.0.0/12"]
_V6 = ["::/0", "2001:db8::/32", "2001:db8:1:2::/64"]
_TRAFFIC = [
    ("tcp", 22, 22), ("tcp", 443, 443), ("tcp", 0, 65535), ("udp", 53, 53), ("udp", 1000, 2000), ("icmp", 8, 0),
    ("icmp", -1, -1), ("icmpv6", -1, -1), ("-1", 0, 0), ("50", 0, 0), ("tcp", 0, 0),
]  # fmt: skip

Atom = tuple[str, tuple[str, int, int], str, str, str]
"""Direction, traffic, kind of peer, peer, description."""

atoms = st.lists(
    st.tuples(
        st.sampled_from(["ingress", "egress"]),
        st.sampled_from(_TRAFFIC),
        st.one_of(
            st.tuples(st.just("v4"), st.sampled_from(_V4)),
            st.tuples(st.just("v6"), st.sampled_from(_V6)),
            st.tuples(st.just("group"), st.sampled_from([WEB, DB, APP])),
            st.tuples(st.just("list"), st.just("pl-0123456789abcdef0")),
        ),
        st.sampled_from(["", "why", "another reason"]),
    ).map(lambda item: (item[0], item[1], item[2][0], item[2][1], item[3])),
    max_size=12,
    unique_by=lambda atom: atom[:4],
)
tag_maps = st.dictionaries(st.sampled_from(["Name", "team", "env"]), st.sampled_from(["a", "b", ""]), max_size=3)
styles = st.sampled_from(["inline", "grouped", "old", "vpc"])


def _peer(kind: str, value: str) -> dict[str, Any]:
    if kind == "group":
        return {"self": True} if value == WEB else {"security_groups": [value]}
    return {{"v4": "cidr_blocks", "v6": "ipv6_cidr_blocks", "list": "prefix_list_ids"}[kind]: [value]}


def inline(found: list[Atom], direction: str) -> list[dict[str, Any]]:
    """A block for each rule."""
    return [
        permission(traffic[0], (traffic[1], traffic[2]), description=text, **_peer(kind, value))
        for own, traffic, kind, value, text in found
        if own == direction
    ]


def grouped(found: list[Atom], direction: str) -> list[dict[str, Any]]:
    """As few blocks as possible."""
    blocks: dict[tuple[Any, ...], dict[str, Any]] = {}
    for own, traffic, kind, value, text in found:
        if own == direction:
            target = blocks.setdefault(
                (traffic, text), permission(traffic[0], (traffic[1], traffic[2]), description=text)
            )
            for name, item in _peer(kind, value).items():
                target[name] = item if name == "self" else target[name] + item
    return list(blocks.values())


def declared(found: list[Atom], style: str, tags: dict[str, str]) -> Any:
    """A state that declares the rules in one of the styles, with the groups they refer to."""
    others = [group("db", DB), group("app", APP)]
    own: dict[str, Any] = {"tags": tags or None, "tags_all": tags}
    if style in ("inline", "grouped"):
        make = inline if style == "inline" else grouped
        return state(group(**own, ingress=make(found, "ingress"), egress=make(found, "egress")), *others)
    rules = []
    for number, (direction, traffic, kind, value, text) in enumerate(found):
        if style == "old":
            peer = _peer(kind, value)
            if "security_groups" in peer:
                peer = {"source_security_group_id": value}
            rules.append(
                old_rule(f"r{number}", kind=direction, protocol=traffic[0], from_port=traffic[1], to_port=traffic[2],
                         description=text or None, **peer)
            )  # fmt: skip
        else:
            name = {
                "v4": "cidr_ipv4",
                "v6": "cidr_ipv6",
                "group": "referenced_security_group_id",
                "list": "prefix_list_id",
            }[kind]
            every = traffic[0] == "-1"
            rules.append(
                vpc_rule(f"r{number}", kind=direction, ip_protocol=traffic[0], description=text or None,
                         from_port=None if every else traffic[1], to_port=None if every else traffic[2], **{name: value})
            )  # fmt: skip
    return state(group(**own), *others, *rules)


def actual(found: list[Atom], tags: dict[str, str], *, numbered: bool = False) -> tuple[Infrastructure, ...]:
    """What EC2 tells of the same rules: put together by traffic, ports left out where there are none."""
    sides: dict[str, dict[Any, dict[str, Any]]] = {"ingress": {}, "egress": {}}
    listed = []
    for number, (direction, traffic, kind, value, text) in enumerate(found):
        ports = None if traffic[0] in ("-1", "50") else (traffic[1], traffic[2])
        target = sides[direction].setdefault(traffic, allow(traffic[0], ports))
        name, item = {
            "v4": ("IpRanges", "CidrIp"), "v6": ("Ipv6Ranges", "CidrIpv6"), "list": ("PrefixListIds", "PrefixListId"),
            "group": ("UserIdGroupPairs", "GroupId"),
        }[kind]  # fmt: skip
        target[name].append({item: value, **({"Description": text} if text else {})})
        field = {"v4": "CidrIpv4", "v6": "CidrIpv6", "list": "PrefixListId"}.get(kind)
        listed.append(
            {
                "SecurityGroupRuleId": f"sgr-r{number}", "GroupId": WEB, "GroupOwnerId": "111122223333",
                "IsEgress": direction == "egress", "IpProtocol": traffic[0],
                "FromPort": -1 if ports is None else ports[0], "ToPort": -1 if ports is None else ports[1],
                **({field: value} if field else {"ReferencedGroupInfo": {"GroupId": value}}),
                **({"Description": text} if text else {}),
            }
        )  # fmt: skip
    own = live_group(ingress=list(sides["ingress"].values()), egress=list(sides["egress"].values()), tags=tags)
    return live(own, live_group("db", DB), live_group("app", APP), rules=listed if numbered else None)


@QUIET
@given(atoms, styles, tag_maps, st.booleans(), st.integers(0, 1000))
def test_what_is_the_same_has_no_difference(
    found: list[Atom], style: str, tags: dict[str, str], numbered: bool, seed: int
) -> None:
    """compare(m, m) is empty, whatever the style, the grouping and the order."""
    shuffled = list(found)
    random.Random(seed).shuffle(shuffled)
    numbered = numbered and shuffled == found
    result = drift(declared(shuffled, style, tags), actual(found, tags, numbered=numbered))
    assert briefs(result) == []
    assert result.undecided == ()
    assert result.complete


@QUIET
@given(atoms.filter(bool), styles, st.data())
def test_a_rule_taken_away_is_one_difference(found: list[Atom], style: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    result = drift(declared(found, style, {}), actual(found[:at] + found[at + 1 :], {}))
    assert [each.kind for each in result.differences] == ["rule_removed"]
    assert result.differences[0].direction == found[at][0]


@QUIET
@given(atoms.filter(lambda found: len(found) > 1), styles, st.data())
def test_a_rule_put_in_is_one_difference(found: list[Atom], style: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    result = drift(declared(found[:at] + found[at + 1 :], style, {}), actual(found, {}))
    assert [each.kind for each in result.differences] == ["rule_added"]
    assert result.differences[0].direction == found[at][0]


@QUIET
@given(atoms.filter(bool), styles, st.data())
def test_another_description_is_one_difference(found: list[Atom], style: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    other = [*found[:at], (*found[at][:4], found[at][4] + "!"), *found[at + 1 :]]
    result = drift(declared(found, style, {}), actual(other, {}))
    assert [(each.kind, each.attribute) for each in result.differences] == [("rule_changed", "description")]
    assert not result.differences[0].exposure_changes


@QUIET
@given(atoms.filter(bool), st.data())
def test_other_ports_under_the_same_id_are_one_difference(found: list[Atom], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    direction, _, kind, value, text = found[at]
    other = [*found[:at], (direction, ("tcp", 7001, 7002), kind, value, text), *found[at + 1 :]]
    result = drift(declared(found, "vpc", {}), actual(other, {}, numbered=True))
    assert [each.kind for each in result.differences] == ["rule_changed"]


@QUIET
@given(atoms, styles, tag_maps, tag_maps)
def test_tags_are_one_difference(found: list[Atom], style: str, tags: dict[str, str], other: dict[str, str]) -> None:
    result = drift(declared(found, style, tags), actual(found, {**other, "aws:reserved": "x"}))
    assert [(each.kind, each.attribute) for each in result.differences] == (
        [] if tags == other else [("attribute_changed", "tags")]
    )


@QUIET
@given(atoms, st.sampled_from(["security_groups", "rules"]))
def test_nothing_is_claimed_of_what_was_not_read(found: list[Atom], lacking: str) -> None:
    """Whatever part is missing, a place that was not wholly read gives no difference about it."""
    (place,) = actual(found, {})
    partial = replace(place, rules=place.rules[: len(place.rules) // 2], unread=frozenset({"rules"}))
    if lacking == "security_groups":
        partial = replace(partial, security_groups=(), rules=(), unread=frozenset({"security_groups", "rules"}))
    result = drift(declared(found, "vpc", {}), (partial,))
    assert briefs(result) == []
    assert result.undecided


def as_code(source: DeclaredSource, style: str) -> DeclaredSource:
    """What a state holds, as if code said it."""
    names = frozenset({"ingress", "egress"}) if style in ("inline", "grouped") else frozenset()
    written = {
        each.address: names if each.address.endswith(".web") else frozenset()
        for each in source.infrastructure.security_groups
    }
    return replace(source, kind="hcl", path="code", written=written)


def contents(found: list[Atom]) -> dict[tuple[Any, ...], str]:
    """Descriptions by content."""
    return {atom[:4]: atom[4] for atom in found}


@QUIET
@given(atoms, styles, tag_maps)
def test_code_state_and_live_that_agree_tell_nothing(found: list[Atom], style: str, tags: dict[str, str]) -> None:
    source = declared(found, style, tags)
    result = drift([as_code(source, style), source], actual(found, tags))
    assert briefs(result) == []
    assert result.pending == ()
    assert result.undecided == ()


@QUIET
@given(atoms, atoms, st.sampled_from(["inline", "grouped", "vpc"]))
def test_what_is_merged_and_not_applied_is_never_drift(applied: list[Atom], wished: list[Atom], style: str) -> None:
    """Code says one thing, state and live another: nobody changed anything behind Terraform's back."""
    state_, code_ = declared(applied, style, {}), as_code(declared(wished, style, {}), style)
    result = drift([code_, state_], actual(applied, {}))
    assert briefs(result) == []
    if contents(applied) != contents(wished):
        assert result.pending
    elif style != "vpc":  # there the names of the resources may differ
        assert result.pending == ()


@QUIET
@given(atoms, atoms, styles)
def test_as_many_differences_as_rules_differ(before: list[Atom], after: list[Atom], style: str) -> None:
    """Added, removed and described anew: one difference each, and nothing is pending."""
    source = declared(before, style, {})
    result = drift([as_code(source, style), source], actual(after, {}))
    old, new = contents(before), contents(after)
    expected = {
        "rule_added": len(new.keys() - old.keys()),
        "rule_removed": len(old.keys() - new.keys()),
        "rule_changed": sum(old[key] != new[key] for key in old.keys() & new.keys()),
    }
    kinds = [each.kind for each in result.differences]
    assert {kind: kinds.count(kind) for kind in expected} == expected  # type: ignore[arg-type]
    assert len(kinds) == sum(expected.values())
    assert result.pending == ()
