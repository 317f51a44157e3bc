"""Topics: what keeps alarms from publishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.failure_modes import Case, assert_breaks

CASES = [
    Case(
        "action_is_a_function",
        True,
        "topic",
        None,
        "the action arn:aws:lambda:eu-central-1:123456789012:function:notify is no SNS topic",
    ),
    Case("action_is_a_name", True, "topic", None, "the action alerts is no ARN"),
    Case(
        "topic_key_without_grant",
        True,
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_kms_key.chain does not let cloudwatch.amazonaws.com use the key: nothing is published",
    ),
    Case("topic_outside", False, "topic", None, 'variable "topic_arn" has no value'),
    Case(
        "topic_policy_denies",
        True,
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_sns_topic.alerts does not let cloudwatch.amazonaws.com publish for aws_cloudwatch_metric_alarm.groups",
    ),
    Case(
        "topic_policy_source_owner_arn",
        True,
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_sns_topic.alerts does not let cloudwatch.amazonaws.com publish for aws_cloudwatch_metric_alarm.groups",
    ),
    Case(
        "topic_policy_without_cloudwatch",
        True,
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_sns_topic.alerts does not let cloudwatch.amazonaws.com publish for aws_cloudwatch_metric_alarm.groups",
    ),
    Case(
        "topic_under_the_aws_key",
        True,
        "topic",
        "aws_sns_topic.alerts",
        "it is encrypted with the key that AWS manages (alias/aws/sns), which cloudwatch.amazonaws.com cannot use",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
