"""Metric filters: what they catch of a control's events, and whether they publish a number for it.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html and PutMetricFilter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from sgwarden.cloudtrail.catalogue import EventType
from sgwarden.model.monitoring import MetricFilter, MetricTransformation, Text
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import shown
from sgwarden.monitoring.links.link import Check, Link, LinkKind, link
from sgwarden.patterns.coverage.decide_coverage import EventCoverage, decide_coverage
from sgwarden.patterns.coverage.matchers import Matcher, filter_pattern


class Caught(Struct, frozen=True):
    """What patterns catch together."""

    missed: tuple[str, ...] = ()
    """Names of events that are not caught at all."""
    conditional: tuple[tuple[str, str], ...] = ()
    """Names of events that are caught under a condition, and the condition."""

    @property
    def everything(self) -> bool:
        """Whether every record of every event is caught."""
        return not self.missed and not self.conditional

    @property
    def words(self) -> str:
        """What is lacking, as the end of a sentence that begins with the pattern."""
        told = []
        if self.missed:
            told.append(f"misses {listed(self.missed)}")
        told += [f"catches {name} only when {condition}" for name, condition in self.conditional[:1]]
        if len(self.conditional) > 1:
            told[-1] += f" (and {len(self.conditional) - 1} more under a condition)"
        return " and ".join(told)

    @property
    def plural(self) -> str:
        """The same, said of several patterns."""
        return re.sub(r"^(misses|catches)|(?<= and )(catches)", lambda match: match[0].removesuffix("es"), self.words)


_STRAY = 6
"""A filter that has less than one in so many of the events has them by accident: names that two services share."""


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]


@lru_cache(maxsize=1024)
def matcher(pattern: str) -> Matcher:
    """The compiled pattern; the same text is compiled once."""
    return filter_pattern(pattern)


@lru_cache(maxsize=4096)
def caught(patterns: tuple[str, ...], events: tuple[EventType, ...], benchmark: str) -> Caught:
    """What the patterns catch together of the events."""
    decided = decide_coverage([matcher(pattern) for pattern in patterns], events, benchmark)
    return in_words(decided)


def in_words(decided: Sequence[EventCoverage]) -> Caught:
    """What the coverages of single events come to."""
    missed = [_name(each.event) for each in decided if each.coverage == "none"]
    conditional = [(_name(each.event), each.condition or "") for each in decided if each.coverage == "partial"]
    return Caught(tuple(missed), tuple(conditional))


def _name(event: EventType) -> str:
    if event.name is None or event.case is None:
        return event.name or event.case or "a call"
    return f"{event.name} ({event.case})"


def reads_cloudtrail(metric_filter: MetricFilter) -> bool:
    """Whether the pattern is about CloudTrail records: it names a member that only they have, or an API call."""
    pattern = metric_filter.pattern
    if not isinstance(pattern, str):
        return False
    return any(member in pattern for member in ("$.eventName", "$.eventSource", "$.errorCode", "$.userIdentity"))


def relevant(metric_filter: MetricFilter, events: tuple[EventType, ...], benchmark: str) -> bool:
    """Whether the filter catches any of the events, or names one in a pattern that does not catch it."""
    pattern = metric_filter.pattern
    if isinstance(pattern, Unknown):
        return False
    text = pattern or ""
    if any(event.name is not None and event.name in text for event in events):
        return True
    return len(caught((text,), events, benchmark).missed) < len(events)


def is_about(pattern: str, events: tuple[EventType, ...], benchmark: str) -> bool:
    """Whether a pattern names or always catches more than a stray event, or some on a condition other than the name."""
    found = caught((pattern,), events, benchmark)
    named = sum(event.name is not None and re.search(rf"\b{event.name}\b", pattern) is not None for event in events)
    full = len(events) - len(found.missed) - len(found.conditional)
    if max(named, full) * _STRAY >= len(events):
        return True
    if matcher(pattern).kind != "json":
        return False  # text that occurs in a record by accident
    if all(event.name is not None for event in events):
        return bool(found.conditional) and "$.eventName" in pattern
    return any(not re.search(r'eventName is (one of|")', condition) for _, condition in found.conditional)


def filter_link(metric_filter: MetricFilter, group_name: Text, head: Link | None, region: Text = None) -> Link:
    """Whether the filter looks at the group that the trail delivers to, and publishes a number for each match.

    ``region`` is that of the group: a group of the same name may be in another one.
    """
    checks = _checks(metric_filter, group_name, head, region)
    return link(LinkKind.METRIC_FILTER, metric_filter, checks, "catches the events")


def _checks(metric_filter: MetricFilter, group_name: Text, head: Link | None, region: Text) -> Iterator[Check]:
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
            f"it is on the log group {shown(name)}, and the trail delivers to {shown(group_name)}",
            f"set log_group_name to {_reference(head.address)}",
            "log_group_name",
        )
    pattern = metric_filter.pattern
    if isinstance(pattern, Unknown):
        yield Check(pattern, "the pattern is not known", "", "pattern")
    else:
        problem = matcher(pattern or "").problem
        if problem is not None:
            at = f" (character {problem.position + 1})" if problem.position is not None else ""
            yield Check(
                False,
                f"the pattern is invalid and refused on apply: {problem.message}{at}",
                "mend the pattern",
                "pattern",
            )
    transformed = metric_filter.apply_on_transformed_logs
    if transformed is not None and transformed is not False:
        yield Check(
            Unknown("what a log transformer makes of a record"),
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
        return Check(transformation, "its metric_transformation is not known", "", argument)
    value = transformation.value
    if isinstance(value, Unknown):
        return Check(value, "the value of its metric_transformation is not known", "", argument)
    number = number_in(value)
    if number is not None and number > 0:
        return Check(True)
    found = (
        f"its metric_transformation publishes {value}, which holds no number in CloudTrail records"
        if value is not None and value.startswith("$")
        else f"its metric_transformation publishes the value {value}, which raises nothing"
    )
    return Check(False, found, 'set value = "1"', argument)


def number_in(value: Text) -> float | None:
    """The number that a text holds."""
    try:
        return None if value is None or isinstance(value, Unknown) else float(value)
    except ValueError:
        return None
