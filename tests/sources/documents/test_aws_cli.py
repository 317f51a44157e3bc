"""Live input as the AWS CLI prints it: single documents, folders, pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgwarden.errors import InputError
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
