"""When monitoring policies judge a source, and when they leave it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import BENCHMARKS, controls
from sgwarden.findings import Finding, Verdict
from sgwarden.settings import Settings
from sgwarden_policies.control_policy import control_ids
from tests.policies.chains import GROUPS, MONITORING, read


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
