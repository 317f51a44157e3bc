"""Metric alarms: what keeps one event from raising them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.failure_modes import Case, assert_breaks

CASES = [
    Case(
        "alarm_above_one",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum > 1, and a single event may give 1",
    ),
    Case(
        "alarm_actions_disabled",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "actions_enabled is false: it tells nobody",
    ),
    Case(
        "alarm_always_on",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum >= 0, and without any event it is 0: it is always in ALARM and tells nobody",
    ),
    Case(
        "alarm_anomaly_detection",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it compares with a band of expected values (threshold_metric_id): a change that is usual raises nothing",
    ),
    Case(
        "alarm_average",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Average >= 1, and a single event may give 0.2",
    ),
    Case(
        "alarm_count_unknown", False, "alarm", "aws_cloudwatch_metric_alarm.groups[?]", 'variable "alarms" has no value'
    ),
    Case(
        "alarm_default_value_reaches_threshold",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum >= 1, and without any event it is 1: it is always in ALARM and tells nobody",
    ),
    Case(
        "alarm_dimensions",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches the metric with the dimension Account, and the filter publishes it without",
    ),
    Case(
        "alarm_less_than",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum < 1, and a single event may give 1",
    ),
    Case(
        "alarm_minimum",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Minimum >= 1, and a single event may give 0",
    ),
    Case(
        "alarm_missing_data_breaches",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        'treat_missing_data is "breaching": it is in ALARM whenever nothing happens, and an event changes nothing',
    ),
    Case(
        "alarm_missing_data_ignored",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        'treat_missing_data is "ignore": after the first event it stays in ALARM, and later ones tell nobody',
    ),
    Case(
        "alarm_threshold_two",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum >= 2, and a single event may give 1",
    ),
    Case(
        "alarm_two_periods",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it needs 2 periods above the threshold (evaluation_periods = 2, datapoints_to_alarm = 2): a single event raises nothing",
    ),
    Case(
        "alarm_unit",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches data in the unit Count, and the filter publishes none",
    ),
    Case(
        "alarm_promql",
        False,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "what the PromQL query of aws_cloudwatch_metric_alarm.groups finds",
    ),
    Case(
        "alarm_without_actions",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it has no alarm_actions: it tells nobody (ok_actions and insufficient_data_actions do not run in ALARM)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
