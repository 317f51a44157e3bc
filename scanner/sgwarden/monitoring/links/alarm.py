"""Metric alarms: does one event put the alarm into ALARM, does silence not, and does the alarm act?

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html ("Evaluating an alarm",
"Configuring how CloudWatch alarms treat missing data") and PutMetricAlarm. Decisions where they leave room:

- A metric filter publishes per minute: its value for a match, and default_value in minutes with records but
  without a match. CloudWatch does not add custom metrics up over dimensions.
- An alarm must fire for one event in an otherwise quiet time. With more than one datapoint to alarm it does
  not, whatever is done about missing data.
- Without a default value, ``ignore`` keeps an alarm in ALARM for good, so that only the first event notifies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sgwarden.model.monitoring import Alarm, MetricTransformation, Number, Text
from sgwarden.model.truth import maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display
from sgwarden.monitoring.links import metric_math
from sgwarden.monitoring.links.link import Check, number_in, region_check
from sgwarden.monitoring.links.watched_metric import WatchedMetric, watches_metric

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
_SIGNS = {
    "GreaterThanOrEqualToThreshold": ">=",
    "GreaterThanThreshold": ">",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}
_AT_LEAST_ONE = 'set statistic = "Sum", comparison_operator = "GreaterThanOrEqualToThreshold" and threshold = 1'
_LONGEST_PERIOD = 86_400


def alarm_checks(
    alarm: Alarm, metric: WatchedMetric, published: MetricTransformation, filter_region: Text
) -> Iterator[Check]:
    """Yield the checks that one event puts the alarm into ALARM; its actions aside."""
    yield Check(
        watches_metric(metric, published),
        f"whether it watches {display(published.namespace)}/{display(published.name)} is not known",
    )
    yield region_check(alarm.region, filter_region, "the log group")
    yield _dimensions(metric.dimensions, published.dimensions)
    yield _unit(metric.unit, published.unit)
    yield from _evaluation(alarm, metric, published)


def _dimensions(
    watched_dimensions: Mapping[str, str | Unknown] | Unknown, published: Mapping[str, str | Unknown] | Unknown
) -> Check:
    for each in (watched_dimensions, published):
        if isinstance(each, Unknown):
            return Check(truth_of(each), "the dimensions are not known", "", "dimensions")
    assert not isinstance(watched_dimensions, Unknown)
    assert not isinstance(published, Unknown)
    if not published and not watched_dimensions:
        return Check(True)
    if not published:
        names = ", ".join(sorted(watched_dimensions))
        return Check(
            False,
            f"it watches the metric with the dimension {names}, and the filter publishes it without",
            "remove the dimensions of the alarm",
            "dimensions",
        )
    names = ", ".join(sorted(published))
    if not watched_dimensions:
        return Check(
            False,
            f"the filter publishes its metric only with the dimension {names}, and the alarm watches it without: "
            "it never sees data",
            "remove dimensions from the metric_transformation",
            "dimensions",
        )
    return Check(
        False,
        f"the filter publishes its metric per {names}, and the alarm watches one value of it alone",
        "remove dimensions from the metric_transformation and from the alarm",
        "dimensions",
    )


def _unit(watched_unit: Text, published: Text) -> Check:
    if watched_unit is None:
        return Check(True)
    answer = same(watched_unit, "None" if published is None else published)
    return Check(
        answer,
        f"it watches data in the unit {display(watched_unit)}, and the filter publishes "
        + ("none" if published is None else display(published)),
        "remove unit from the alarm",
        "unit",
    )


def _evaluation(alarm: Alarm, metric: WatchedMetric, published: MetricTransformation) -> Iterator[Check]:
    if alarm.threshold_metric_id is not None:
        yield Check(
            False,
            "it compares with a band of expected values (threshold_metric_id): a change that is usual raises nothing",
            _AT_LEAST_ONE + " instead of threshold_metric_id",
            "threshold_metric_id",
        )
        return
    unknown = next(
        (
            (name, value)
            for name, value in (
                ("comparison_operator", alarm.comparison_operator),
                ("threshold", alarm.threshold),
                ("evaluation_periods", alarm.evaluation_periods),
                ("datapoints_to_alarm", alarm.datapoints_to_alarm),
                ("treat_missing_data", alarm.treat_missing_data),
                ("statistic", metric.statistic),
                ("period", metric.period),
                ("default_value", published.default_value),
            )
            if isinstance(value, Unknown)
        ),
        None,
    )
    if unknown is not None and not (unknown[0] == "datapoints_to_alarm" and alarm.evaluation_periods == 1):
        yield Check(truth_of(unknown[1]), f"its {unknown[0]} is not known", "", unknown[0])
        return
    yield from _known_evaluation(alarm, metric, published)


def _known_evaluation(alarm: Alarm, metric: WatchedMetric, published: MetricTransformation) -> Iterator[Check]:
    operator, threshold = str(alarm.comparison_operator), _float(alarm.threshold)
    compare = _COMPARISONS.get(operator)
    if compare is None or threshold is None:
        yield Check(
            False, f"its comparison_operator {operator} has no fixed threshold", _AT_LEAST_ONE, "comparison_operator"
        )
        return
    default = number_in(published.default_value)
    events, quiet = _values(metric, published, default)
    if metric.query is not None and not isinstance(alarm.metric_queries, Unknown):
        computed = metric_math.compute_values(alarm.metric_queries, metric.query, events, quiet)
        if isinstance(computed, Check):
            yield computed
            return
        events, quiet = computed
    if not events:
        yield Check(
            maybe(f"what the statistic {metric.statistic} of a single event is"),
            f"its statistic is {metric.statistic}",
            _AT_LEAST_ONE,
            "statistic",
        )
        return
    sign = _SIGNS[operator]
    if not all(compare(value, threshold) for value in events):
        worst = next(value for value in events if not compare(value, threshold))
        yield Check(
            False,
            f"it asks for {metric.statistic} {sign} {threshold:g}, and a single event may give {worst:g}",
            _shortest_fix(metric, operator, threshold),
            "threshold" if metric.statistic == "Sum" else "statistic",
        )
    elif quiet and any(compare(value, threshold) for value in quiet):
        yield Check(
            False,
            f"it asks for {metric.statistic} {sign} {threshold:g}, and without any event it is {quiet[0]:g}: "
            "it is always in ALARM and tells nobody",
            "set threshold = 1, and default_value = 0 in the metric_transformation",
            "threshold",
        )
    yield from _periods(alarm, has_default=bool(quiet))


def _shortest_fix(metric: WatchedMetric, operator: str, threshold: float) -> str:
    """Return what to change so that one event is enough."""
    fixes = [] if metric.statistic == "Sum" else ['set statistic = "Sum"']
    if operator == "GreaterThanOrEqualToThreshold":
        fixes += [] if threshold == 1 else ["set threshold = 1"]
    elif operator == "GreaterThanThreshold":
        fixes += [] if threshold == 0 else ["set threshold = 0"]
    else:
        fixes.append('set comparison_operator = "GreaterThanOrEqualToThreshold" and threshold = 1')
    return " and ".join(fixes)


def _periods(alarm: Alarm, *, has_default: bool) -> Iterator[Check]:
    periods = _float(alarm.evaluation_periods) or 1
    needed = _float(alarm.datapoints_to_alarm) if not isinstance(alarm.datapoints_to_alarm, Unknown) else 1
    needed = periods if needed is None else needed
    if needed > 1:
        yield Check(
            False,
            f"it needs {needed:g} periods above the threshold (evaluation_periods = {periods:g}, datapoints_to_alarm "
            f"= {needed:g}): a single event raises nothing",
            "set evaluation_periods = 1, or datapoints_to_alarm = 1",
            "datapoints_to_alarm" if alarm.datapoints_to_alarm is not None else "evaluation_periods",
        )
    missing_data = alarm.treat_missing_data
    if missing_data == "breaching" and not has_default:
        yield Check(
            False,
            'treat_missing_data is "breaching": it is in ALARM whenever nothing happens, and an event changes nothing',
            'set treat_missing_data = "notBreaching"',
            "treat_missing_data",
        )
    if missing_data == "ignore" and not has_default:
        yield Check(
            False,
            'treat_missing_data is "ignore": after the first event it stays in ALARM, and later ones tell nobody',
            'set treat_missing_data = "notBreaching"',
            "treat_missing_data",
        )


def _values(
    metric: WatchedMetric, published: MetricTransformation, default: float | None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the smallest and largest possible statistic of a period with one event, and of one without.

    The second is empty if there is no data without events; both are empty for a statistic that is not supported.
    """
    value = number_in(published.value) or 0.0
    period = _float(metric.period) or 60.0
    minutes = max(1.0, min(period, _LONGEST_PERIOD) / 60)
    statistic = str(metric.statistic)
    if default is None:
        alone = {"Sum": value, "Average": value, "Minimum": value, "Maximum": value, "SampleCount": 1.0}.get(statistic)
        return ((alone,) if alone is not None else ()), ()
    others = minutes - 1
    by_statistic: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
        "Sum": ((value, value + others * default), (default, minutes * default)),
        "Average": ((value, (value + others * default) / minutes), (default,)),
        "Minimum": ((value, min(value, default)) if others else (value,), (default,)),
        "Maximum": ((value, max(value, default)), (default,)),
        "SampleCount": ((1.0, minutes), (1.0, minutes)),
    }
    return by_statistic.get(statistic, ((), ()))


def _float(value: Number) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def action_checks(enabled: object, actions: Sequence[str | Unknown] | Unknown) -> Iterator[Check]:
    """Yield the checks that an alarm acts when it goes into ALARM."""
    on = True if enabled is None else enabled
    assert isinstance(on, (bool, Unknown))
    yield Check(
        truth_of(on), "actions_enabled is false: it tells nobody", "set actions_enabled = true", "actions_enabled"
    )
    if isinstance(actions, Unknown):
        yield Check(truth_of(actions), "its alarm_actions are not known", "", "alarm_actions")
    elif not actions:
        yield Check(
            False,
            "it has no alarm_actions: it tells nobody (ok_actions and insufficient_data_actions do not run in ALARM)",
            "set alarm_actions to the ARN of an SNS topic",
            "alarm_actions",
        )
