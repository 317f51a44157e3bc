"""Live input as the AWS CLI prints it: single documents, folders, pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgwarden.errors import InputError
from sgwarden.model.values import Unknown
from sgwarden.sources.documents.live_files import read_bytes, read_path
from tests.aws import world
from tests.aws.double import ACCOUNT
from tests.sources.values import rules

GROUPS = {"SecurityGroups": [world.group(1, world.permission())]}
RULES = {"SecurityGroupRules": [world.rule(1)]}
ARN = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-00000001"


def put(folder: Path, name: str, content: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def test_a_folder_by_account_and_region(tmp_path: Path) -> None:
    put(tmp_path, f"{ACCOUNT}/eu-west-1/groups.json", GROUPS)
    put(tmp_path, f"{ACCOUNT}/eu-west-1/rules.json", RULES)
    put(tmp_path, f"{ACCOUNT}/us-east-1/groups.json", {"SecurityGroups": [world.group(2)]})
    first, second = read_path(str(tmp_path))
    assert (first.account, first.region, second.region) == (ACCOUNT, "eu-west-1", "us-east-1")
    assert first.source.path == f"{tmp_path}#{ACCOUNT}/eu-west-1"
    assert [(rule.security_group, rule.id) for rule in first.rules] == [("sg-00000001", "sgr-00000001")]
    assert [group.id for group in second.security_groups] == ["sg-00000002"]


def test_what_was_not_given_is_said_and_is_nobodys_fault(tmp_path: Path) -> None:
    put(tmp_path, f"{ACCOUNT}/eu-west-1/groups.json", GROUPS)
    (place,) = read_path(str(tmp_path))
    assert place.unread == {"attachments", "monitoring", "network_acl_rules", "prefix_lists"}
    assert {(each.reason, each.complete) for each in place.skipped} == {("no document of it was given", True)}
    assert len(place.skipped) == 4


def test_every_document_of_the_network(tmp_path: Path) -> None:
    answers = world.answers()
    put(tmp_path, "groups.json", GROUPS)
    put(tmp_path, "lists.json", answers["DescribeManagedPrefixLists"][0])
    put(tmp_path, "entries-pl-1.json", answers["GetManagedPrefixListEntries"][0])
    put(tmp_path, "interfaces.json", answers["DescribeNetworkInterfaces"][0])
    put(tmp_path, "acls.json", answers["DescribeNetworkAcls"][0])
    (place,) = read_path(str(tmp_path))
    assert place.unread == {"monitoring"}
    assert [each.cidrs for each in place.prefix_lists] == [("10.1.0.0/16", "10.2.0.0/16")]
    assert [each.address for each in place.attachments] == ["i-1"]
    assert len(place.network_acl_rules) == 1


def test_the_chain(tmp_path: Path) -> None:
    answers = world.answers()
    put(tmp_path, "trails.json", answers["DescribeTrails"][0])
    put(tmp_path, "selectors.json", {"TrailARN": world.TRAIL, **answers["GetEventSelectors"][0]})
    put(tmp_path, "alarms.json", answers["DescribeAlarms"](world.HOME, None))
    put(tmp_path, "topic.json", answers["GetTopicAttributes"][0])
    put(tmp_path, "subscriptions.json", answers["ListSubscriptionsByTopic"][0])
    (place,) = read_path(str(tmp_path))
    (trail,) = place.monitoring.trails
    assert (trail.region, trail.event_selectors) != ("eu-west-1", ())
    assert str(getattr(trail.enable_logging, "reason", "")).endswith("was not read")
    assert [topic.address for topic in place.monitoring.topics] == [world.TOPIC]
    assert [each.pending_confirmation for each in place.monitoring.subscriptions] == [False, True]
    assert place.monitoring.complete is False


def test_a_single_document_tells_its_place() -> None:
    told = {"SecurityGroups": [world.group(1, world.permission(), SecurityGroupArn=ARN)]}
    (place,) = read_bytes(json.dumps(told).encode(), "groups.json")
    assert (place.account, place.region) == (ACCOUNT, "eu-west-1")
    (bare,) = read_bytes(json.dumps(GROUPS).encode(), "groups.json")
    assert (bare.account, bare.region, bare.source.path) == (ACCOUNT, None, f"groups.json#{ACCOUNT}")


def test_rules_alone() -> None:
    (place,) = read_bytes(json.dumps(RULES).encode(), "rules.json")
    assert rules(place) == ['sg-00000001 ingress tcp 443-443 cidr_ipv4 10.0.0.0/8 "why"']
    assert "rules" not in place.unread
    assert "security_groups" in place.unread
    assert [each.complete for each in place.skipped if "security groups" in each.what] == [False]


def test_pages_add_up_and_a_missing_last_page_drops_all(tmp_path: Path) -> None:
    put(tmp_path, "a.json", {**GROUPS, "NextToken": "x"})
    (cut,) = read_path(str(tmp_path))
    assert (cut.security_groups, "security_groups" in cut.unread, "rules" in cut.unread) == ((), True, True)
    assert any("ends before its last page" in each.reason and not each.complete for each in cut.skipped)
    put(tmp_path, "b.json", {"SecurityGroups": [world.group(2)]})
    (whole,) = read_path(str(tmp_path))
    assert len(whole.security_groups) == 2


ODD = {"SecurityGroups": [world.group(2, Tags=["x"]), {"GroupName": "nameless"}, *GROUPS["SecurityGroups"]]}


@pytest.mark.parametrize(
    ("content", "reason", "unread"),
    [
        (ODD, "groups.json: SecurityGroups[0].Tags[0]: it should be an object and is a string", "security_groups"),
        (ODD, 'groups.json: SecurityGroups[1]: "GroupId" is missing', "security_groups"),
        (
            {**GROUPS, "NetworkAcls": {}},
            "groups.json: NetworkAcls: it should be a list and is an object",
            "network_acl_rules",
        ),
        (
            {**GROUPS, "NetworkInterfaces": [1]},
            "groups.json: NetworkInterfaces[0]: it should be an object and is a number",
            "attachments",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_the_rest_is_read(
    tmp_path: Path, content: Any, reason: str, unread: str
) -> None:
    put(tmp_path, "groups.json", content)
    (place,) = read_path(str(tmp_path))
    assert reason in [each.reason for each in place.skipped if not each.complete]
    assert unread in place.unread
    assert "sg-00000001" in [each.id for each in place.security_groups]
    assert place.rules[0].security_group == "sg-00000001"


def test_a_document_that_is_cut_off_costs_the_others_nothing(tmp_path: Path) -> None:
    put(tmp_path, "groups.json", GROUPS)
    (tmp_path / "cut.json").write_text('{"SecurityGroups": [')
    (place,) = read_path(str(tmp_path))
    assert [each.what for each in place.skipped if not each.complete] == ["cut.json"]
    assert len(place.security_groups) == 1


def test_a_bad_entry_of_a_prefix_list_is_unknown(tmp_path: Path) -> None:
    put(tmp_path, "groups.json", GROUPS)
    put(tmp_path, "lists.json", {"PrefixLists": [{"PrefixListId": "pl-1"}, {"PrefixListId": "pl-2"}]})
    put(tmp_path, "pl-1.json", {"Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "everywhere"}]})
    put(tmp_path, "pl-2.json", {"Entries": [{"Cidr": "10.0.0.0/8"}, {}]})
    (place,) = read_path(str(tmp_path))
    first, second = place.prefix_lists
    assert first.cidrs == ("10.0.0.0/8", Unknown('"everywhere" is no IPv4 CIDR block'))
    assert second.cidrs == Unknown("the entries of pl-2 were not read")
    assert {each.reason for each in place.skipped if not each.complete} == {
        '"everywhere" is no IPv4 CIDR block',
        'pl-2.json: Entries[1]: "Cidr" is missing',
    }


def test_folders_that_are_named_by_region_or_by_anything(tmp_path: Path) -> None:
    def of(number: int, account: str, region: str) -> dict[str, Any]:
        arn = f"arn:aws:ec2:{region}:{account}:security-group/sg-{number}"
        return {**world.group(number), "OwnerId": account, "SecurityGroupArn": arn}

    other = "444455556666"
    put(tmp_path, "us-east-1/a.json", {"SecurityGroups": [of(1, ACCOUNT, "us-east-1")]})
    put(tmp_path, "us-east-1/alarms.json", {"MetricAlarms": []})
    put(tmp_path, "dev/x/b.json", {"SecurityGroups": [of(2, other, "eu-west-1"), of(3, ACCOUNT, "eu-west-1")]})
    put(tmp_path, "eu-north-1/c.json", {"SecurityGroups": [world.group(4)]})
    places = read_path(str(tmp_path))
    assert {(each.account, each.region): len(each.security_groups) for each in places} == {
        (ACCOUNT, "us-east-1"): 1,
        (other, "eu-west-1"): 1,
        (ACCOUNT, "eu-west-1"): 1,
        (ACCOUNT, "eu-north-1"): 1,
    }


def test_a_group_in_two_documents(tmp_path: Path) -> None:
    one, two = world.permission(), {**world.permission(), "FromPort": 22, "ToPort": 22}
    put(tmp_path, "a.json", {"SecurityGroups": [world.group(1, one), world.group(2, one)]})
    put(tmp_path, "b.json", {"SecurityGroups": [world.group(1, one, two), world.group(2, one)]})
    (place,) = read_path(str(tmp_path))
    assert [each.id for each in place.security_groups] == ["sg-00000001", "sg-00000002"]
    assert [(each.security_group, each.from_port) for each in place.rules] == [
        ("sg-00000001", 22),
        ("sg-00000001", one["FromPort"]),
        ("sg-00000002", one["FromPort"]),
    ]
    assert [(each.what, each.reason) for each in place.skipped if not each.complete] == [
        ("sg-00000001", "a.json and b.json describe it differently: it changed, or one is old")
    ]


def test_rules_of_a_group_that_is_not_listed(tmp_path: Path) -> None:
    put(tmp_path, "groups.json", {"SecurityGroups": [world.group(2)]})
    put(tmp_path, "rules.json", RULES)
    (place,) = read_path(str(tmp_path))
    assert rules(place) == ['sg-00000001 ingress tcp 443-443 cidr_ipv4 10.0.0.0/8 "why"']
    assert [each.what.rpartition(" ")[2] for each in place.skipped if not each.complete] == ["sg-00000001"]


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    put(tmp_path, "a.json", GROUPS)
    put(tmp_path, "other.json", {"Vpcs": []})
    put(tmp_path, "entries.json", {"Entries": []})
    (place,) = read_path(str(tmp_path))
    reason = "it is none of the documents of the AWS CLI that can be used"
    assert [each.what for each in place.skipped if each.reason == reason] == ["entries.json", "other.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"Vpcs": []}', "neither a snapshot nor a list that the AWS CLI prints"),
        (b"", "the file is empty"),
        (b'{"SecurityGroups": [', "the JSON ends too early"),
        (b"[]", "does not have the expected form"),
    ],
)
def test_other_content(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_bytes(content, "x.json")


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no JSON file here or below"):
        read_path(str(tmp_path))
    with pytest.raises(InputError, match="there is no such file or directory"):
        read_path(str(tmp_path / "none"))
