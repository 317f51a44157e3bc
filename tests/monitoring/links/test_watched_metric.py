"""Which metric an alarm watches, and near misses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.monitoring import Alarm, MetricQuery, MetricTransformation
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.watched_metric import WatchedMetric, watched_metrics, watches_metric
from tests.monitoring.failure_modes import Case, assert_breaks

QUERY = MetricQuery("changes", None, False, "Changes", "Audit", "Sum", 300)
PUBLISHED = MetricTransformation("Changes", "Audit", "1", None, {}, None)


def _metric(name: str | None, namespace: str | Unknown | None) -> WatchedMetric:
    return WatchedMetric(name, namespace, {}, "Sum", 300, None)


def test_an_alarm_watches_its_own_metric_or_those_of_its_queries() -> None:
    alarm = Alarm(address="a", metric_name="Changes", namespace="Audit", extended_statistic="p99", period=60)
    assert watched_metrics(alarm) == (WatchedMetric("Changes", "Audit", {}, "p99", 60, None),)
    expression = MetricQuery("all", "changes * 2", True)
    (watched,) = watched_metrics(Alarm(address="a", metric_queries=(expression, QUERY)))
    assert (watched.metric_name, watched.query) == ("Changes", QUERY)
    assert watched_metrics(Alarm(address="a", metric_queries=Unknown("dynamic block"))) == ()


def test_name_and_namespace_must_both_be_those_of_the_filter() -> None:
    assert watches_metric(_metric("Changes", "Audit"), PUBLISHED) is True
    assert watches_metric(_metric("Changes", "Other"), PUBLISHED) is False
    assert watches_metric(_metric(None, "Audit"), PUBLISHED) is False
    assert watches_metric(_metric("Changes", Unknown("var.namespace")), PUBLISHED) == Maybe(("var.namespace",))


CASES = [
    Case(
        "alarm_in_another_namespace",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches SecurityGroupChanges in the namespace CISBenchmark, and the filter publishes to the namespace Audit",
    ),
    Case(
        "alarm_on_another_metric",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches the metric SecurityGroupChange, and the filter publishes SecurityGroupChanges",
    ),
    Case(
        "alarm_on_the_filters_name",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches the metric security-group-changes, which is the name of the filter; the metric is called SecurityGroupChanges",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
