"""Reading of security groups: pages, groups that change meanwhile, prefix lists."""

from __future__ import annotations

from collections import Counter

from sgwarden.aws import read
from sgwarden.aws.accounts import AccountSelection
from tests.aws import world
from tests.aws.double import ACCOUNT, REGIONS, Double

GROUP_CALLS = {
    "DescribeSecurityGroups",
    "DescribeSecurityGroupRules",
    "DescribeManagedPrefixLists",
    "GetManagedPrefixListEntries",
    "DescribeSecurityGroupVpcAssociations",
}


def test_calls_for_security_groups_are_pages_and_no_more(aws: Double) -> None:
    aws.answers = world.answers()
    read.read(AccountSelection(), with_monitoring=False)
    for region in REGIONS:
        calls = Counter(operation for operation, where in aws.seen if where == region and operation in GROUP_CALLS)
        assert calls == {
            "DescribeSecurityGroups": 2,
            "DescribeSecurityGroupRules": 2,
            "DescribeManagedPrefixLists": 1,
            "GetManagedPrefixListEntries": 1,
            "DescribeSecurityGroupVpcAssociations": 1,
        }


def test_groups_that_changed_meanwhile_cost_two_calls_more(aws: Double) -> None:
    changed = {"SecurityGroups": [world.group(1, world.permission(), world.permission(port=80))]}
    settled = {"SecurityGroupRules": [world.rule(1), {**world.rule(1, port=80), "SecurityGroupRuleId": "sgr-9"}]}
    aws.answers = {
        "DescribeSecurityGroups": [{"SecurityGroups": [world.group(1, world.permission())]}],
        "DescribeSecurityGroupRules": [settled],
    }
    asked: list[str] = []

    def groups(region: str, params: object) -> dict[str, object]:
        asked.append(region)
        return changed if len(asked) > 1 else {"SecurityGroups": [world.group(1, world.permission())]}

    aws.answers["DescribeSecurityGroups"] = groups
    (place,) = read.read(AccountSelection(regions=("eu-west-1",)), with_monitoring=False).places
    assert place.lists["SecurityGroups"] == changed["SecurityGroups"]
    assert place.lists["SecurityGroupRules"] == settled["SecurityGroupRules"]
    calls = Counter(operation for operation, _ in aws.seen)
    assert (calls["DescribeSecurityGroups"], calls["DescribeSecurityGroupRules"]) == (2, 2)


def test_only_prefix_lists_that_matter_are_opened(aws: Double) -> None:
    lists = [
        {"PrefixListId": "pl-own", "OwnerId": ACCOUNT},
        {"PrefixListId": "pl-named", "OwnerId": "AWS"},
        {"PrefixListId": "pl-other", "OwnerId": "AWS"},
    ]
    named = {**world.permission(), "IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-named"}]}
    aws.answers = {
        "DescribeSecurityGroups": [{"SecurityGroups": [world.group(1, named)]}],
        "DescribeManagedPrefixLists": [{"PrefixLists": lists}],
    }
    (place,) = read.read(AccountSelection(regions=("eu-west-1",)), with_monitoring=False).places
    assert sorted(place.lists["PrefixListEntries"]) == ["pl-named", "pl-own"]
