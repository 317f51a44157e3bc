"""Which alarms and event rules of an account can belong to the chain."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.aws.monitoring import relevant_alarms, sees_calls


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (None, False),
        ("", False),
        ("not json", True),
        ('{"source": ["aws.ec2"]}', True),
        ('{"detail-type": ["AWS API Call via CloudTrail"]}', True),
        ('{"detail-type": ["EC2 Instance State-change Notification"]}', False),
        ('{"detail-type": [{"prefix": "AWS API"}]}', True),
    ],
)
def test_event_rules_that_can_see_calls(pattern: str | None, expected: bool) -> None:
    assert sees_calls(pattern) is expected


def test_alarms_that_can_be_of_the_chain() -> None:
    def stat(namespace: str) -> dict[str, Any]:
        return {"MetricStat": {"Metric": {"Namespace": namespace}}}

    alarms = [
        {"AlarmName": "custom", "Namespace": "Audit"},
        {"AlarmName": "cpu", "Namespace": "AWS/EC2"},
        {"AlarmName": "child", "Namespace": "AWS/EC2"},
        {"AlarmName": "math", "Metrics": [{"Expression": "m"}, stat("Audit")]},
        {"AlarmName": "aws-math", "Metrics": [{"Expression": "m"}, stat("AWS/EC2")]},
        {"AlarmName": "insights", "Metrics": [{"Expression": "SELECT 1"}]},
    ]
    kept = relevant_alarms(alarms, [{"AlarmRule": 'ALARM("child")'}])
    assert [each["AlarmName"] for each in kept] == ["custom", "child", "math", "insights"]
