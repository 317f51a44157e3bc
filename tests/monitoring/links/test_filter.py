"""Metric filters: where they look and what they publish."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.monitoring import MetricFilter, MetricTransformation
from sgwarden.monitoring.links.filter import filter_link
from tests.monitoring.failure_modes import Case, assert_breaks

CASES = [
    Case(
        "filter_dimensions",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "the filter publishes its metric only with the dimension User, and the alarm watches it without: it never sees data",
    ),
    Case(
        "filter_invalid",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "the pattern is invalid and refused on apply: a parenthesis is never closed (character 87)",
    ),
    Case(
        "filter_on_another_group",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "it is on the log group application, and the trail delivers to cloudtrail",
    ),
    Case(
        "filter_value_of_a_field",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "its metric_transformation publishes $.eventName, which holds no number in CloudTrail records",
    ),
    Case(
        "filter_value_zero",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "its metric_transformation publishes the value 0, which raises nothing",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)


@pytest.mark.parametrize(
    ("criteria", "answer"), [('@aws.region = "eu-west-1"', True), ('@aws.region IN ["us-east-1"]', False)]
)
def test_criteria_that_leave_out_the_region_of_the_trail(criteria: str, answer: bool) -> None:
    own = MetricFilter(
        address="f",
        region="eu-west-1",
        pattern="",
        metric_transformation=MetricTransformation("m", "n", "1", None, {}, None),
        field_selection_criteria=criteria,
    )
    link = filter_link(own, None, None, None)
    assert (link.answer, "field_selection_criteria" in link.found) == (answer, not answer)
