"""The metric that an alarm watches, and whether it is the one that a filter publishes."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from msgspec import Struct

from sgwarden.model.monitoring import Alarm, MetricFilter, MetricQuery, MetricTransformation, Number, Text
from sgwarden.model.truth import Truth, all_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display
from sgwarden.monitoring.links.link import Check


class WatchedMetric(Struct, frozen=True):
    """The metric that an alarm, or one query of it, watches."""

    metric_name: Text
    namespace: Text
    dimensions: Mapping[str, str | Unknown] | Unknown
    statistic: Text
    period: Number
    unit: Text
    query: MetricQuery | None = None
    """The query, for an alarm on metric math."""


def watched_metrics(alarm: Alarm) -> tuple[WatchedMetric, ...]:
    """Return every metric that the alarm watches."""
    if isinstance(alarm.metric_queries, Unknown):
        return ()
    queries = tuple(
        WatchedMetric(each.metric_name, each.namespace, each.dimensions, each.stat, each.period, each.unit, each)
        for each in alarm.metric_queries
        if isinstance(each, MetricQuery) and each.metric_name is not None
    )
    if queries or alarm.metric_name is None:
        return queries
    statistic = alarm.statistic if alarm.statistic is not None else alarm.extended_statistic
    return (WatchedMetric(alarm.metric_name, alarm.namespace, alarm.dimensions, statistic, alarm.period, alarm.unit),)


def watches_metric(metric: WatchedMetric, published: MetricTransformation) -> Truth:
    """Return whether it is the metric that a filter publishes, dimensions aside."""
    if metric.metric_name is None or published.name is None or metric.namespace is None or published.namespace is None:
        return False
    return all_of(same(metric.metric_name, published.name), same(metric.namespace, published.namespace))


def may_query(query: Text, name: Text) -> bool:
    """Return True if a PromQL query may select the metric of a name, by the name or by a pattern."""
    if not isinstance(query, str) or not isinstance(name, str):
        return True
    return name in query or any(operator in query for operator in ("=~", "!~", "!="))


def near_miss(metric: WatchedMetric, metric_filter: MetricFilter, published: MetricTransformation) -> Check | None:
    """Return how an alarm on a similar metric misses the published one; None if it is on another one."""
    name, namespace = metric.metric_name, metric.namespace
    if name is None or published.name is None or published.namespace is None:
        return None
    if same(name, published.name) is True:
        return Check(
            False,
            f"it watches {display(name)} in the namespace {display(namespace)}, "
            f"and the filter publishes to the namespace {display(published.namespace)}",
            f'set namespace = "{display(published.namespace)}"',
            "namespace",
        )
    if metric_filter.name is not None and same(name, metric_filter.name) is True:
        return Check(
            False,
            f"it watches the metric {display(name)}, which is the name of the filter; "
            f"the metric is called {display(published.name)}",
            f"set metric_name = {metric_filter.address}.metric_transformation[0].name",
            "metric_name",
        )
    if namespace is not None and same(namespace, published.namespace) is True and _alike(name, published.name):
        return Check(
            False,
            f"it watches the metric {display(name)}, and the filter publishes {display(published.name)}",
            f"set metric_name = {metric_filter.address}.metric_transformation[0].name",
            "metric_name",
        )
    return None


def _alike(first: Text, second: Text) -> bool:
    """Return True if two names are so alike that one is probably a misspelling of the other."""
    if not isinstance(first, str) or not isinstance(second, str):
        return False
    return SequenceMatcher(None, first.lower(), second.lower()).ratio() > 0.8
