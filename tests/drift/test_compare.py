"""Comparisons of whole accounts: which live group is meant, what was not read, groups of code without a state.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.drift.compare import with_fingerprints
from sgwarden.model.infrastructure import Skipped
from tests.drift.models import (
    ACCOUNT,
    BARE,
    DB,
    EXTRA,
    HTTPS,
    INLINE,
    OPEN,
    REGION,
    SEPARATE,
    VPC,
    allow,
    block,
    briefs,
    code,
    drift,
    group,
    live,
    live_group,
    live_rule,
    none,
    state,
    vpc_rule,
    web,
)


def test_case_84_account_and_region_come_from_the_arn() -> None:
    far = group("far", DB, account="222233334444", region="us-east-1", ingress=[block()])
    result = drift(
        state(group(), far), (*live(web()), *live(live_group("far", DB, account="222233334444"), account="222233334444", region="us-east-1"))
    )  # fmt: skip
    assert [(each.account, each.region, each.kind) for each in result.differences] == [
        ("222233334444", "us-east-1", "rule_removed")
    ]


def test_case_85_the_same_name_in_two_regions() -> None:
    west, east = group(), group("web", DB, region="us-east-1", module="module.east")
    none(drift(state(west, east), (*live(web()), *live(live_group("web", DB), region="us-east-1"))))


def test_case_86_nothing_is_missing_in_a_region_that_was_refused() -> None:
    refused = tuple(
        replace(place, security_groups=(), rules=(), unread=frozenset({"security_groups", "rules"}),
                skipped=(Skipped(f"{ACCOUNT}/{REGION} security groups", "UnauthorizedOperation"),))
        for place in live()
    )  # fmt: skip
    result = drift(state(group(ingress=[block()])), refused)
    assert briefs(result) == []
    assert not result.complete


def test_case_87_nothing_is_claimed_of_a_group_that_changed_while_it_was_read() -> None:
    """DescribeSecurityGroups and DescribeSecurityGroupRules tell different things."""
    result = drift(state(group(), vpc_rule("a")), live(web(OPEN), rules=[live_rule("sgr-a")]))
    assert briefs(result) == []
    assert [each.what for each in result.undecided] == ["the rules of the group"]
    assert not result.complete


def test_case_91_a_state_that_was_not_read_takes_the_ground_from_unmanaged() -> None:
    from sgwarden.drift.compare import compare
    from sgwarden.drift.resolve_declared.resolve import resolve

    declared = resolve([state(group())])
    declared.skipped.append(Skipped("b.tfstate", "the JSON ends too early"))
    declared.unread.append("b.tfstate")
    result = compare(declared, live(web(OPEN), live_group("db", DB)))
    assert briefs(result) == []
    assert len(result.undecided) == 2
    assert not result.complete


def test_case_92_resources_without_instances_declare_nothing() -> None:
    empty = {**group("gone", DB), "instances": []}
    none(drift(state(group(), empty), live(web())))


def test_code_alone_is_matched_by_name(tmp_path: Path) -> None:
    result = drift(code(tmp_path, INLINE), live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]


def test_code_alone_refers_to_groups_that_are_matched_by_name(tmp_path: Path) -> None:
    text = (
        BARE
        + BARE.replace('"web"', '"db"')
        + SEPARATE.removeprefix(BARE).replace(
            'cidr_ipv4         = "10.0.0.0/8"', "referenced_security_group_id = aws_security_group.db.id"
        )
    )
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": DB, "UserId": ACCOUNT}])
    none(drift(code(tmp_path, text), live(web(pairs), live_group("db", DB))))


def test_code_alone_is_undecided_where_a_name_is_not_unmistakable(tmp_path: Path) -> None:
    text = INLINE.replace('vpc_id      = "vpc-0a1b2c3d"', "")
    other = {**live_group("web", DB), "VpcId": "vpc-2"}
    result = drift(code(tmp_path, text), live(web(HTTPS), other))
    assert briefs(result) == []
    assert [each.what for each in result.undecided] == ["which live group it is"]


def test_code_alone_does_not_take_an_absent_group_for_a_deleted_one(tmp_path: Path) -> None:
    result = drift(code(tmp_path, INLINE), live())
    assert briefs(result) == []
    assert [(each.address, each.what) for each in result.pending] == [("aws_security_group.web", "to be created")]
    assert VPC in INLINE


@pytest.mark.parametrize(
    ("what", "complete"),
    [
        ("network interfaces", True), ("metric filters", True), ("alarms", True), ("trails", True),
        ("security groups", False), ("ids of rules", False), ("entries of prefix list pl-1", False), ("something new", False),
    ],
)  # fmt: skip
def test_case_86_what_is_not_compared_need_not_be_read(what: str, complete: bool) -> None:
    (place,) = live(web(HTTPS))
    denied = replace(place, skipped=(Skipped(f"{ACCOUNT}/{REGION} {what}", "AccessDenied"),))
    assert drift(state(group(ingress=[block()])), (denied,)).complete is complete


def test_fingerprints_that_users_have_stored() -> None:
    """The history and files of acknowledged differences hold them: they must not change."""
    declared = state(group(ingress=[block()], tags_all={"a": "b"}))
    extra = [allow("tcp", (22, 22), "0.0.0.0/0"), allow("-1", None, "10.0.0.0/8")]
    actual = live(live_group(ingress=extra, tags={"a": "c"}), live_group("db", DB))
    assert [(each.kind, each.fingerprint) for each in drift(declared, actual).differences] == [
        ("group_unmanaged", "bcaba0ee37b904c2e35b3daaf698f71b"),
        ("attribute_changed", "c5edba06ba8f792dff3179a5465972fe"),
        ("rule_added", "58bbd10a07653533aeaba830d3b72e29"),
        ("rule_added", "d1faaa6d3eb0443c571a009df2ccc1b3"),
        ("rule_removed", "0879b3ab1550195cddba0fd264fd8ebe"),
    ]


def test_equal_differences_are_numbered() -> None:
    (each,) = drift(state(group(ingress=[])), live(web(OPEN))).differences
    first, second = with_fingerprints([each, each])
    assert first.fingerprint == each.fingerprint != second.fingerprint
