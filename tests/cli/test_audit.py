"""``sgwarden audit``: every policy over live accounts and snapshots, with the reports and exit codes of scan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sgwarden.cli.schema import _SCHEMAS
from tests.aws import world
from tests.aws.double import ACCOUNT, Double, Fault, aws
from tests.cli.conftest import Run

__all__ = ["aws"]
Command = Callable[..., Run]
HOME = ("--region", "eu-west-1")


@pytest.fixture
def account(aws: Double) -> Double:
    aws.answers = world.answers()
    return aws


def report(run: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run.out)
    schema = json.loads((_SCHEMAS / "scan.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_a_live_account(sgwarden: Command, account: Double) -> None:
    run = sgwarden("audit", *HOME, "--format", "json", "-q")
    document = report(run)
    found = {(each["policy"], each["address"]) for each in document["findings"] if each["verdict"] == "fail"}
    assert ("open-admin-port", "sgr-00000002") in found
    assert ("open-group-on-public-resource", "i-1") in found
    assert any(policy == "unnoticed-security-group-changes" for policy, _ in found)
    assert run.code == 1
    assert document["summary"]["complete"] is True


def test_live_and_snapshot_and_scan_agree(sgwarden: Command, account: Double, work: Path) -> None:
    live = report(sgwarden("audit", *HOME, "--format", "json", "-q"))
    account._pages.clear()
    sgwarden("snapshot", *HOME, "-q", "-o", "a.json")
    stored = report(sgwarden("audit", "--live", "a.json", "--format", "json", "-q"))

    def plain(document: dict[str, Any]) -> Any:
        return sorted((each["fingerprint"], each["message"]) for each in document["findings"])

    assert plain(stored) == plain(live)
    assert stored["summary"] == live["summary"]
    groups = report(sgwarden("scan", "a.json", "--only", "open-admin-port", "--format", "json", "-q"))
    assert [each["address"] for each in groups["findings"]] == ["sgr-00000002"]
    inventory = json.loads(sgwarden("inventory", "a.json", "--format", "json", "-q").out)
    assert inventory["source"]["kind"] == "snapshot"
    assert len(inventory["rules"]) == 2


def test_findings_tell_the_region(sgwarden: Command, account: Double) -> None:
    groups = {"SecurityGroups": [world.group(2, world.permission("0.0.0.0/0", 22))]}
    account.answers["DescribeSecurityGroups"] = lambda region, _: groups if region == "us-east-1" else {}
    account.answers["DescribeSecurityGroupRules"] = [{}]
    run = sgwarden("audit", "--only", "open-admin-port", "--format", "csv", "-q")
    assert run.code == 1
    assert f"{ACCOUNT}/us-east-1" in run.out
    assert f"{ACCOUNT}/eu-west-1" not in run.out


def test_a_stopped_trail_breaks_the_chain(sgwarden: Command, account: Double) -> None:
    document = report(sgwarden("audit", *HOME, "--only", "unnoticed-security-group-changes", "--format", "json", "-q"))
    (finding,) = document["findings"]
    assert finding["verdict"] == "fail"
    assert "stopped" in finding["message"]


def test_without_monitoring_the_chain_is_not_judged(sgwarden: Command, work: Path) -> None:
    (work / "groups.json").write_text(json.dumps({"SecurityGroups": [world.group(1, world.permission())]}))
    document = report(sgwarden("audit", "--live", "groups.json", "--format", "json", "-q"))
    assert [each for each in document["findings"] if each["policy"].startswith("unnoticed")] == []
    assert any("monitoring chain" in each["what"] for each in document["skipped"])


def test_an_incomplete_audit(sgwarden: Command, account: Double) -> None:
    account.answers["DescribeSecurityGroups"] = [{"SecurityGroups": []}]
    account.faults = {("DescribeSecurityGroupRules", 0): Fault(503, "RequestLimitExceeded")}
    run = sgwarden("audit", *HOME, "--skip", "unnoticed-security-group-changes", "--fail-on", "critical")
    assert run.code == 3
    assert "AWS throttled ec2:DescribeSecurityGroupRules" in run.out
