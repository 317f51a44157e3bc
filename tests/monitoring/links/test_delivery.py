"""Delivery to CloudWatch Logs: the ARN and the role."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.failure_modes import Case, assert_breaks

CASES = [
    Case(
        "delivery_absent",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "cloud_watch_logs_group_arn is not set: the trail delivers to S3 alone",
    ),
    Case(
        "delivery_without_role",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "cloud_watch_logs_role_arn is not set: CloudTrail has no role to deliver with",
    ),
    Case(
        "delivery_without_star",
        True,
        "delivery",
        "aws_cloudtrail.main",
        'cloud_watch_logs_group_arn is aws_cloudwatch_log_group.trail.arn, without the ":*" at its end, and CloudTrail refuses it',
    ),
    Case(
        "role_for_another_group",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:CreateLogStream and logs:PutLogEvents on the log streams of the group",
    ),
    Case(
        "role_on_the_group_alone",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:CreateLogStream and logs:PutLogEvents on the log streams of the group",
    ),
    Case("role_outside", False, "delivery", "aws_cloudtrail.main", "data.aws_iam_role.existing.arn is read from AWS"),
    Case(
        "role_untrusted",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "aws_iam_role.delivery does not trust cloudtrail.amazonaws.com",
    ),
    Case(
        "role_without_policy",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:CreateLogStream and logs:PutLogEvents on the log streams of the group",
    ),
    Case(
        "role_without_put",
        True,
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:PutLogEvents on the log streams of the group",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
