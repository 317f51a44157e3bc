"""Parts of answers about the monitoring chain: selectors, metric transformations and metric queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sgwarden.model.monitoring import EventSelector, FieldSelector, MetricQuery, MetricTransformation
from sgwarden.model.values import Unknown
from sgwarden.sources.live.rules import text_or_none

Raw = Mapping[str, Any]
_OPERATORS = {
    "Equals": "equals", "NotEquals": "not_equals", "StartsWith": "starts_with", "NotStartsWith": "not_starts_with",
    "EndsWith": "ends_with", "NotEndsWith": "not_ends_with",
}  # fmt: skip


def event_selector(raw: Raw) -> EventSelector:
    """Return a basic selector."""
    return EventSelector(
        read_write_type=text_or_none(raw.get("ReadWriteType")),
        include_management_events=raw.get("IncludeManagementEvents"),
        exclude_management_event_sources=tuple(raw.get("ExcludeManagementEventSources") or ()),
    )


def field_selectors(raw: Raw) -> tuple[FieldSelector, ...]:
    """Return the fields of an advanced selector."""
    return tuple(
        FieldSelector(
            text_or_none(each.get("Field")),
            {name: tuple(each[theirs]) for theirs, name in _OPERATORS.items() if each.get(theirs)},
        )
        for each in raw.get("FieldSelectors") or ()
    )


def metric_transformation(raw: Raw, system: Mapping[str, str | Unknown]) -> MetricTransformation:
    """Return the metric that a filter publishes; ``system`` are the dimensions that CloudWatch adds."""
    default = raw.get("defaultValue")
    return MetricTransformation(
        name=text_or_none(raw.get("metricName")),
        namespace=text_or_none(raw.get("metricNamespace")),
        value=text_or_none(raw.get("metricValue")),
        default_value=None if default is None else str(whole_number(default)),
        dimensions={**(raw.get("dimensions") or {}), **system},
        unit=text_or_none(raw.get("unit")),
    )


def metric_query(raw: Raw) -> MetricQuery:
    """Return one query of an alarm on metric math."""
    stat = raw.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    return MetricQuery(
        id=text_or_none(raw.get("Id")),
        expression=text_or_none(raw.get("Expression")),
        return_data=raw.get("ReturnData"),
        metric_name=text_or_none(metric.get("MetricName")),
        namespace=text_or_none(metric.get("Namespace")),
        stat=text_or_none(stat.get("Stat")),
        period=stat.get("Period"),
        unit=text_or_none(stat.get("Unit")),
        dimensions=dimensions_of(metric),
    )


def dimensions_of(raw: Raw) -> dict[str, str | Unknown]:
    """Return dimensions by name."""
    return {str(each["Name"]): str(each["Value"]) for each in raw.get("Dimensions") or ()}


def whole_number(value: Any) -> int | float | None:
    """Return the number, as an int where it is whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
