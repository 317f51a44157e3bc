"""Metric filters: are they on the log group of the trail, and do they publish a number for each match?

Source: PutMetricFilter (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html).
"""

from __future__ import annotations

from collections.abc import Iterator

from sgwarden.model.monitoring import MetricFilter, MetricTransformation, Text
from sgwarden.model.truth import maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display
from sgwarden.monitoring.links.link import Check, Link, LinkKind, decide_link, number_in
from sgwarden.patterns.coverage.matcher import Problem


def reads_cloudtrail(metric_filter: MetricFilter) -> bool:
    """Return True if the pattern is for CloudTrail records: it names a member that only they have."""
    pattern = metric_filter.pattern
    if not isinstance(pattern, str):
        return False
    return any(member in pattern for member in ("$.eventName", "$.eventSource", "$.errorCode", "$.userIdentity"))


def filter_link(
    metric_filter: MetricFilter, problem: Problem | None, group_name: Text, head: Link | None, region: Text = None
) -> Link:
    """Return the link of a filter: is it on the trail's group, and does it publish a number for a match?

    ``problem`` says why its pattern is invalid. ``region`` is that of the group: a group of the same name may be in
    another one.
    """
    checks = _checks(metric_filter, problem, group_name, head, region)
    return decide_link(LinkKind.METRIC_FILTER, metric_filter, checks, "catches the events")


def _checks(
    metric_filter: MetricFilter, problem: Problem | None, group_name: Text, head: Link | None, region: Text
) -> Iterator[Check]:
    name = metric_filter.log_group_name
    own = metric_filter.region
    if head is not None and isinstance(own, str) and isinstance(region, str):
        yield Check(
            own == region, f"it is in {own}, and the log group of the trail is in {region}", f"make it in {region}"
        )
    if group_name is not None and head is not None:
        answer = False if name is None else same(name, group_name)
        yield Check(
            answer,
            f"it is on the log group {display(name)}, and the trail delivers to {display(group_name)}",
            f"set log_group_name to {_reference(head.address)}",
            "log_group_name",
        )
    pattern = metric_filter.pattern
    if isinstance(pattern, Unknown):
        yield Check(truth_of(pattern), "the pattern is not known", "", "pattern")
    elif problem is not None:
        at = f" (character {problem.position + 1})" if problem.position is not None else ""
        yield Check(
            False, f"the pattern is invalid and refused on apply: {problem.message}{at}", "mend the pattern", "pattern"
        )
    transformed = metric_filter.apply_on_transformed_logs
    if transformed is not None and transformed is not False:
        yield Check(
            maybe("what a log transformer makes of a record"),
            "apply_on_transformed_logs is true: the pattern sees records as the log transformer leaves them",
            "",
            "apply_on_transformed_logs",
        )
    yield _published(metric_filter.metric_transformation)


def _reference(address: str | None) -> str:
    return f"{address}.name" if address else "the name of that group"


def _published(transformation: MetricTransformation | Unknown | None) -> Check:
    argument = "metric_transformation"
    if transformation is None:
        return Check(False, "it has no metric_transformation", "add a metric_transformation with value = 1", argument)
    if isinstance(transformation, Unknown):
        return Check(truth_of(transformation), "its metric_transformation is not known", "", argument)
    value = transformation.value
    if isinstance(value, Unknown):
        return Check(truth_of(value), "the value of its metric_transformation is not known", "", argument)
    number = number_in(value)
    if number is not None and number > 0:
        return Check(True)
    found = (
        f"its metric_transformation publishes {value}, which holds no number in CloudTrail records"
        if value is not None and value.startswith("$")
        else f"its metric_transformation publishes the value {value}, which raises nothing"
    )
    return Check(False, found, 'set value = "1"', argument)
