"""What a finding about a monitoring chain names, and what it never shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.findings import Finding, Passed, Severity, Verdict
from sgwarden.settings import Settings
from tests.policies.chains import GROUPS, with_base


@pytest.mark.parametrize(
    ("benchmark", "identity"), [("cis-aws-1.4.0", "4.10"), ("cis-aws-3.0.0", "4.10"), ("cis-aws-7.0.0", "5.10")]
)
def test_the_finding_names_the_control_of_the_benchmark(tmp_path: Path, benchmark: str, identity: str) -> None:
    infrastructure = with_base(tmp_path, 'resource "aws_cloudtrail" "main" {\n  enable_logging = false\n}\n')
    (finding,) = GROUPS.check(infrastructure, Settings(benchmark=benchmark))
    assert isinstance(finding, Finding)
    assert finding.message == (
        f"Monitoring of security group changes ({identity}) breaks at the trail aws_cloudtrail.main: "
        "enable_logging is false: the trail is stopped."
    )
    assert finding.subject == f"Monitoring of security group changes ({identity})"
    assert finding.fix == "Set enable_logging = true."
    version = benchmark.removeprefix("cis-aws-")
    assert finding.controls == (
        f"CIS-AWS-{version}:{identity}",
        "SecurityHub:CloudWatch.10",
        "MITRE-ATTACK:T1686.001",
        "MITRE-ATTACK:T1562.007",
    )
    assert finding.location is not None
    assert (finding.location.file, finding.location.line) == ("a_override.tf", 2)


def test_newer_benchmarks_ask_for_rules_that_are_modified_too(tmp_path: Path) -> None:
    infrastructure = with_base(tmp_path, "")
    assert [type(each) for each in GROUPS.check(infrastructure, Settings(benchmark="cis-aws-4.0.0"))] == [Passed]
    (finding,) = GROUPS.check(infrastructure, Settings(benchmark="cis-aws-5.0.0"))
    assert isinstance(finding, Finding)
    assert finding.evidence["missed"] == ["ModifySecurityGroupRules"]


def test_other_means_are_told_and_are_no_pass(tmp_path: Path) -> None:
    rule = """
resource "aws_cloudwatch_metric_alarm" "groups" {
  alarm_actions = []
}

resource "aws_cloudwatch_event_rule" "groups" {
  name = "groups"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail        = { eventName = [{ wildcard = "*SecurityGroup*" }] }
  })
}

resource "aws_cloudwatch_event_target" "groups" {
  rule = aws_cloudwatch_event_rule.groups.name
  arn  = TARGET
}
"""
    function = '"arn:aws:lambda:eu-central-1:123456789012:function:notify"'
    (finding,) = GROUPS.check(with_base(tmp_path, rule.replace("TARGET", function)), Settings())
    assert isinstance(finding, Finding)
    assert (finding.verdict, finding.severity) == (Verdict.FAIL, Severity.LOW)
    means = "aws_cloudwatch_event_rule.groups (EventBridge, its region alone)"
    assert finding.evidence["met_by_other_means"] == [means]
    assert f"(met by other means: {means})" in finding.message
    # The topic lets CloudWatch publish, and not EventBridge.
    (finding,) = GROUPS.check(with_base(tmp_path, rule.replace("TARGET", "aws_sns_topic.alerts.arn")), Settings())
    assert isinstance(finding, Finding)
    assert (finding.severity, finding.evidence["met_by_other_means"]) == (Severity.MEDIUM, [])


def test_sensitive_values_are_judged_and_never_shown(tmp_path: Path) -> None:
    override = """
variable "action" {
  type      = string
  default   = "arn:aws:lambda:eu-central-1:123456789012:function:hush"
  sensitive = true
}

resource "aws_cloudwatch_metric_alarm" "groups" {
  alarm_actions = [var.action]
}
"""
    (finding,) = GROUPS.check(with_base(tmp_path, override), Settings())
    assert isinstance(finding, Finding)
    assert "the action (sensitive) is no SNS topic" in finding.message
    assert "hush" not in json.dumps([finding.message, finding.fix, finding.evidence, finding.unknowns])
    assert finding.evidence["hidden"] == {"sensitive": True}


def test_what_was_not_read_makes_a_missing_link_undecided(tmp_path: Path) -> None:
    infrastructure = with_base(tmp_path, 'resource "aws_cloudwatch_metric_alarm" "groups" {\n  count = 0\n}\n')
    (finding,) = GROUPS.check(infrastructure, Settings())
    assert isinstance(finding, Finding)
    assert finding.verdict is Verdict.FAIL
    unread = replace(infrastructure, monitoring=replace(infrastructure.monitoring, complete=False))
    (finding,) = GROUPS.check(unread, Settings())
    assert isinstance(finding, Finding)
    assert (finding.verdict, finding.unknowns) == (Verdict.UNDECIDED, ("not everything was read",))


def test_of_a_live_account_a_missing_subscription_is_certain(tmp_path: Path) -> None:
    infrastructure = with_base(tmp_path, 'resource "aws_sns_topic_subscription" "mail" {\n  count = 0\n}\n')
    live = replace(infrastructure, monitoring=replace(infrastructure.monitoring, exhaustive=True))
    (finding,) = GROUPS.check(live, Settings())
    assert isinstance(finding, Finding)
    assert finding.verdict is Verdict.FAIL
    assert "no subscription of aws_sns_topic.alerts is in the account" in finding.message
