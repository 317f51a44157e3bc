"""Resources of the monitoring chain as plain values."""

from __future__ import annotations

from sgwarden.model.locations import Location
from sgwarden.model.monitoring import (
    Alarm,
    EventRule,
    FieldSelector,
    MetricFilter,
    MetricTransformation,
    Monitoring,
    Subscription,
    Trail,
)
from sgwarden.model.values import Unknown
from sgwarden.reports.parts.monitoring import documents, lines

LATER = Unknown("known after apply")
FACTS = Monitoring(
    trails=(
        Trail(
            address="aws_cloudtrail.main",
            location=Location("main.tf", 3, 9),
            name="main",
            advanced_event_selectors=((FieldSelector("eventCategory", {"equals": ("Management", LATER)}),),),
            latest_delivery_error="AccessDenied",
        ),
    ),
    metric_filters=(
        MetricFilter(
            address="aws_cloudwatch_log_metric_filter.x",
            pattern="{ $.a = 1 }",
            sensitive=frozenset({"pattern"}),
            metric_transformation=MetricTransformation("n", "ns", "1", None, {"b": LATER, "a": "x"}, None),
        ),
    ),
    alarms=(Alarm(address="aws_cloudwatch_metric_alarm.x", arn="arn:a", period=300, state="OK", alarm_actions=LATER),),
    subscriptions=(Subscription(address="aws_sns_topic_subscription.x", protocol="email"),),
    event_rules=(EventRule(address="aws_cloudwatch_event_rule.x", state="ENABLED"),),
)


def test_documents_are_named_as_terraform_names_arguments() -> None:
    found = documents(FACTS)
    assert list(found) == [
        "trails", "log_groups", "metric_filters", "alarms", "topics", "subscriptions", "event_rules",
    ]  # fmt: skip
    (trail,) = found["trails"]
    assert trail["location"] == {"file": "main.tf", "line": 3, "end_line": 9}
    assert trail["advanced_event_selector"] == [
        [{"field": "eventCategory", "equals": ["Management", {"unknown": "known after apply"}]}]
    ]
    assert not {"latest_delivery_error", "sensitive", "origins", "actions"} & set(trail)
    (metric_filter,) = found["metric_filters"]
    assert metric_filter["pattern"] == {"sensitive": True}
    assert metric_filter["metric_transformation"] == {
        "name": "n", "namespace": "ns", "value": "1", "default_value": None,
        "dimensions": {"a": "x", "b": {"unknown": "known after apply"}}, "unit": None,
    }  # fmt: skip
    (alarm,) = found["alarms"]
    assert (alarm["arn"], alarm["period"], alarm["alarm_actions"]) == ("arn:a", 300, {"unknown": "known after apply"})
    assert "state" not in alarm
    assert found["event_rules"][0]["state"] == "ENABLED"


def test_lines() -> None:
    assert lines(FACTS) == [
        "  trail          aws_cloudtrail.main",
        "  metric filter  aws_cloudwatch_log_metric_filter.x",
        "  alarm          aws_cloudwatch_metric_alarm.x",
        "  subscription   aws_sns_topic_subscription.x",
        "  event rule     aws_cloudwatch_event_rule.x",
    ]
