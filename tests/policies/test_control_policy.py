"""What all monitoring policies share: when they speak, what they tell, and what they never show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.cloudtrail.catalogue import BENCHMARKS, controls
from sgwarden.findings import Finding, Passed, Severity, Verdict
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.settings import Settings
from sgwarden.sources.hcl import Reader
from sgwarden_policies.control_policy import ControlPolicy, control_ids
from sgwarden_policies.registry import POLICIES

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "monitoring"
MONITORING = [policy for policy in POLICIES if isinstance(policy, ControlPolicy)]
GROUPS = next(policy for policy in MONITORING if policy.id == "unnoticed-security-group-changes")


def read(directory: Path, code: str) -> Infrastructure:
    (directory / "main.tf").write_text(code)
    return Reader(directory, base=directory).read(directory).infrastructure


def with_base(directory: Path, override: str) -> Infrastructure:
    shutil.copy(FIXTURES / "base" / "main.tf", directory / "base.tf")
    return read(directory, "") if not override else read_override(directory, override)


def read_override(directory: Path, override: str) -> Infrastructure:
    (directory / "a_override.tf").write_text(override)
    return Reader(directory, base=directory).read(directory).infrastructure


def test_ids_are_those_of_the_catalogue() -> None:
    versions = [name for name in BENCHMARKS if name >= "cis-aws-1.4.0"]
    for each in controls():
        ids = tuple(f"CIS-AWS-{name.removeprefix('cis-aws-')}:{each.id_under(name)}" for name in versions)
        assert control_ids(each.number) == ids


@pytest.mark.parametrize(
    "code",
    [
        'resource "aws_security_group" "a" {}',
        """
        resource "aws_cloudwatch_log_metric_filter" "errors" {
          name           = "errors"
          log_group_name = "app"
          pattern        = "ERROR"
          metric_transformation {
            name      = "Errors"
            namespace = "App"
            value     = "1"
          }
        }
        """,
        """
        resource "aws_cloudwatch_metric_alarm" "load" {
          alarm_name          = "load"
          namespace           = "AWS/EC2"
          metric_name         = "CPUUtilization"
          statistic           = "Average"
          period              = 300
          evaluation_periods  = 1
          comparison_operator = "GreaterThanThreshold"
          threshold           = 90
        }
        """,
    ],
    ids=["network", "application log", "load alarm"],
)
def test_other_code_is_left_alone_unless_asked(tmp_path: Path, code: str) -> None:
    infrastructure = read(tmp_path, code)
    for policy in MONITORING:
        assert list(policy.check(infrastructure, Settings())) == []
    (outcome,) = GROUPS.check(infrastructure, Settings(monitoring_asked=True))
    assert isinstance(outcome, Finding)
    assert outcome.verdict is Verdict.FAIL
    assert outcome.evidence["broken_link"] == "trail"


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
    assert finding.controls == (f"CIS-AWS-{version}:{identity}", "SecurityHub:CloudWatch.10", "MITRE-ATTACK:T1562.007")
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


def test_a_filter_of_unknown_pattern_leaves_security_groups_alone_undecided(tmp_path: Path) -> None:
    code = """
    variable "pattern" {
      type = string
    }

    variable "topic" {
      type = string
    }

    resource "aws_cloudwatch_log_metric_filter" "any" {
      name           = "any"
      log_group_name = "any"
      pattern        = var.pattern
      metric_transformation {
        name      = "Any"
        namespace = "Any"
        value     = "VALUE"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "any" {
      alarm_name          = "any"
      namespace           = "Any"
      metric_name         = "Any"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 1
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
      alarm_actions       = [var.topic]
    }
    """
    infrastructure = read(tmp_path, code.replace("VALUE", "1"))
    told = [outcome for policy in MONITORING for outcome in policy.check(infrastructure, Settings())]
    assert [(type(each), each.policy, each.verdict) for each in told if isinstance(each, Finding)] == [
        (Finding, GROUPS.id, Verdict.UNDECIDED)
    ]
    other = read(tmp_path, code.replace("VALUE", "$.bytes"))
    assert [outcome for policy in MONITORING for outcome in policy.check(other, Settings())] == []
