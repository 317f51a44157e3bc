"""The chain of one control: every route from a trail to a subscription, and what it notices.

Any complete chain satisfies, and the patterns of all complete chains count together. A source without any
of the resources that a link could be is broken there; a link through something that is not in the
code is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.cloudtrail.catalogue import Control, EventType
from sgwarden.model.monitoring import Alarm, CompositeAlarm, MetricFilter, MetricTransformation, Monitoring, Text, Trail
from sgwarden.model.truth import Maybe, Truth, maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display
from sgwarden.monitoring.gaps import Gaps, gaps_of, is_about, is_relevant, join_names, matcher
from sgwarden.monitoring.links.alarm import action_checks, alarm_checks
from sgwarden.monitoring.links.composite_alarm import composite_checks, mentions
from sgwarden.monitoring.links.delivery import Delivery, delivery_of, queries_group
from sgwarden.monitoring.links.filter import filter_link
from sgwarden.monitoring.links.link import (
    Check,
    Link,
    LinkKind,
    LinkPath,
    best_path,
    decide_link,
    missing_link,
    region_check,
)
from sgwarden.monitoring.links.mute import mute_checks
from sgwarden.monitoring.links.topic import alarm_publisher, notification_path
from sgwarden.monitoring.links.trail import trail_link
from sgwarden.monitoring.links.watched_metric import (
    WatchedMetric,
    may_query,
    near_miss,
    watched_metrics,
    watches_metric,
)


class Chain(Struct, frozen=True):
    """How far the events of a control get."""

    answer: Truth
    """Whether every event reaches somebody; Unknown: that depends on something that is not known."""
    links: tuple[Link, ...]
    """Links of the route that is closest to complete, in order, up to the last that exists."""
    broken: Link | None
    """The first broken link, else the first undecided one; None if the chain is complete."""
    gaps: Gaps = field(default_factory=Gaps)
    """What the patterns of complete chains do not catch."""
    filters: tuple[str, ...] = ()
    """Addresses of the filters whose chains are complete."""


class _Route(Struct, frozen=True):
    """One filter with the best path to it and from it."""

    path: LinkPath
    pattern: str | None
    """None: not known."""
    address: str
    about: bool
    """True if the filter is meant for the events, and does not catch some of them by accident."""


class _TrailPath(Struct, frozen=True):
    """A trail with its delivery."""

    path: LinkPath
    target: Delivery


def evaluate_chain(
    control: Control, monitoring: Monitoring, benchmark: str, events: tuple[EventType, ...] | None = None
) -> Chain:
    """Return the chain for the events that the control requires under a benchmark, or for ``events``."""
    required = control.required_events(benchmark) if events is None else events
    heads = [_head(trail, monitoring, required) for trail in monitoring.trails]
    about = tuple(dict.fromkeys((*control.required_events(benchmark), *required)))
    routes = [*_routes(heads, monitoring, about, benchmark), *_log_alarm_routes(heads, monitoring, about)]
    good = [route for route in routes if route.path.answer is True and route.pattern is not None]
    filters = tuple(sorted(route.address for route in good))
    gaps = _union(good, required, benchmark)
    if gaps.empty:
        return Chain(True, min(good, key=lambda route: route.address).path.links, None, gaps, filters)
    possible = good + [route for route in routes if isinstance(route.path.answer, Maybe)]
    undecided = _undecided(possible, required, benchmark)
    if undecided is not None:
        broken = undecided.path.first_break
        assert broken is not None
        return Chain(maybe(broken.reason), undecided.path.links, broken, gaps, filters)
    path = _closest(routes, heads, good, monitoring, about, required, benchmark)
    broken = path.first_break
    if not monitoring.complete and broken is not None and broken.address is None:
        # The missing link may be among what was not read.
        unread = replace(broken, answer=maybe("not everything was read"))
        return Chain(unread.answer, (*path.links[:-1], unread), unread, gaps, filters)
    return Chain(False, path.links, broken, gaps, filters)


def _union(routes: Sequence[_Route], events: tuple[EventType, ...], benchmark: str) -> Gaps:
    patterns = tuple(sorted({route.pattern for route in routes if route.pattern is not None}))
    return gaps_of(patterns, events, benchmark)


def _undecided(possible: Sequence[_Route], events: tuple[EventType, ...], benchmark: str) -> _Route | None:
    """Return the undecided route that could complete the chain; None if even all of them would not."""
    undecided = [route for route in possible if route.path.answer is not True]
    if not undecided:
        return None
    unknown_pattern = any(route.pattern is None for route in undecided)
    if not unknown_pattern and not _union(possible, events, benchmark).empty:
        return None
    return min(
        undecided, key=lambda route: (route.pattern is None, _gap_count(route, events, benchmark), route.path.rank())
    )


def _gap_count(route: _Route, events: tuple[EventType, ...], benchmark: str) -> int:
    if route.pattern is None:
        return len(events)
    found = gaps_of((route.pattern,), events, benchmark)
    return len(found.missed) + len(found.conditional)


def _head(trail: Trail, monitoring: Monitoring, events: tuple[EventType, ...]) -> _TrailPath:
    target = delivery_of(trail, monitoring)
    first = trail_link(trail, events)
    links = (first, target.link) if target.log_group is None else (first, target.link, target.log_group)
    return _TrailPath(LinkPath(links), target)


def _routes(
    heads: Sequence[_TrailPath], monitoring: Monitoring, events: tuple[EventType, ...], benchmark: str
) -> Iterator[_Route]:
    for metric_filter in monitoring.metric_filters:
        pattern = metric_filter.pattern
        if isinstance(pattern, Unknown):
            text = None
        elif is_relevant(pattern or "", events, benchmark):
            text = pattern or ""
        else:
            continue
        tail = _tail(metric_filter, monitoring)
        options = [head.path.then(LinkPath((_filter_of(metric_filter, head),))).then(tail) for head in heads]
        if not heads:
            options = [_without_trail(metric_filter, monitoring).then(tail)]
        meant = text is None or is_about(text, events, benchmark)
        yield _Route(best_path(options), text, metric_filter.address, meant)


def _log_alarm_routes(
    heads: Sequence[_TrailPath], monitoring: Monitoring, events: tuple[EventType, ...]
) -> Iterator[_Route]:
    """Yield the routes by alarms that query the trail's log group themselves, without a metric filter."""
    for alarm in monitoring.alarms:
        if alarm.log_query is None or not _may_find(alarm.log_query, events):
            continue
        for head in heads:
            if queries_group(alarm.log_groups, head.target.name) is not False:
                path = head.path.then(_by_query(alarm, "Logs Insights", "alarm_name", monitoring))
                yield _Route(path, None, alarm.address, True)


def _may_find(query: Text, events: tuple[EventType, ...]) -> bool:
    """Return True if a Logs Insights query may find the events: it names one, or tests names in another way."""
    if not isinstance(query, str) or "eventName" not in query:
        return True
    names = [event.name for event in events]
    return (
        None in names
        or re.search(r"\blike\b|=~|\bregexp?\b|strcontains", query) is not None
        or any(name in query for name in names if name is not None)
    )


def _filter_of(metric_filter: MetricFilter, head: _TrailPath) -> Link:
    group = head.target.log_group
    if group is None:
        return _own_link(metric_filter)
    return _own_link(metric_filter, head.target.name, group, head.target.region)


def _own_link(
    metric_filter: MetricFilter, group_name: Text = None, head: Link | None = None, region: Text = None
) -> Link:
    """Return the link of a filter, by itself or at the log group of a trail."""
    pattern = metric_filter.pattern
    problem = None if isinstance(pattern, Unknown) else matcher(pattern or "").problem
    return filter_link(metric_filter, problem, group_name, head, region)


def _without_trail(metric_filter: MetricFilter, monitoring: Monitoring) -> LinkPath:
    """Return the path to a filter in a source without any trail."""
    name = metric_filter.log_group_name
    group = next(
        (
            each
            for each in monitoring.log_groups
            if name is not None and each.name is not None and same(name, each.name) is True
        ),
        None,
    )
    own = _own_link(metric_filter)
    if group is None:
        reason = f"no trail is in {monitoring.place}, and neither is the log group {display(name)}"
        return LinkPath((missing_link(LinkKind.TRAIL, maybe(reason), reason, "", own), own))
    found = f"no trail is in {monitoring.place} that delivers to {group.address}"
    trail = missing_link(LinkKind.TRAIL, False, found, f"add an aws_cloudtrail that delivers to {group.address}", own)
    return LinkPath((trail, own))


def _tail(metric_filter: MetricFilter, monitoring: Monitoring) -> LinkPath:
    """Return the best path from the metric of a filter to a subscription."""
    published = metric_filter.metric_transformation
    own = _own_link(metric_filter)
    if not isinstance(published, MetricTransformation):
        unknown = truth_of(published) if isinstance(published, Unknown) else maybe("the metric of the filter")
        return LinkPath((missing_link(LinkKind.ALARM, unknown, "which metric it publishes is not known", "", own),))
    paths: list[LinkPath] = []
    misses: list[Link] = []
    for alarm in monitoring.alarms:
        if isinstance(alarm.metric_queries, Unknown):
            continue
        if alarm.promql_query is not None and may_query(alarm.promql_query, published.name):
            paths.append(_by_query(alarm, "PromQL", "evaluation_criteria", monitoring))
        for metric in watched_metrics(alarm):
            if watches_metric(metric, published) is not False:
                paths += _from_alarm(alarm, metric, published, metric_filter, monitoring)
            else:
                miss = near_miss(metric, metric_filter, published)
                if miss is not None:
                    misses.append(decide_link(LinkKind.ALARM, alarm, [miss]))
    if paths:
        return best_path(paths)
    if misses:
        return LinkPath((misses[0],))
    unknown_queries = next((a.metric_queries for a in monitoring.alarms if isinstance(a.metric_queries, Unknown)), None)
    found = f"no alarm watches the metric {display(published.namespace)}/{display(published.name)}"
    answer: Truth = truth_of(False if unknown_queries is None else unknown_queries)
    fix = f"add an aws_cloudwatch_metric_alarm on {metric_filter.address}.metric_transformation[0].name"
    return LinkPath((missing_link(LinkKind.ALARM, answer, found, fix, own),))


def _from_alarm(
    alarm: Alarm,
    metric: WatchedMetric,
    published: MetricTransformation,
    metric_filter: MetricFilter,
    monitoring: Monitoring,
) -> Iterator[LinkPath]:
    """Yield the paths from one alarm: by its own actions, and by those of composite alarms over it."""
    checks = list(alarm_checks(alarm, metric, published, metric_filter.region))
    acting: list[tuple[Alarm | CompositeAlarm, list[Check]]] = [(alarm, [])]
    for composite in monitoring.composite_alarms:
        answer = mentions(composite, alarm)
        if answer is not False:
            more = [Check(answer, f"whether {composite.address} is over {alarm.address} is not known")]
            more += [region_check(composite.region, alarm.region, alarm.address), *composite_checks(composite, alarm)]
            acting.append((composite, more))
    for actor, more in acting:
        own = [*checks, *more, *_acts(actor, monitoring)]
        # The child is the link to show when it is the child that fails.
        subject = alarm if any(check.answer is False for check in checks) else actor
        whole = decide_link(LinkKind.ALARM, subject, own, "raised by a single event")
        actions = () if isinstance(actor.alarm_actions, Unknown) else actor.alarm_actions
        tail = notification_path(alarm_publisher(actor, actor.alarm_name), actions, monitoring, whole)
        yield LinkPath((whole,)).then(tail)


def _acts(alarm: Alarm | CompositeAlarm, monitoring: Monitoring) -> list[Check]:
    """Return the checks that the alarm acts when it goes into ALARM."""
    return [*action_checks(alarm.actions_enabled, alarm.alarm_actions), *mute_checks(alarm, monitoring.mute_rules)]


def _by_query(alarm: Alarm, query: str, argument: str, monitoring: Monitoring) -> LinkPath:
    """Return the path from an alarm on a query, which is not evaluated."""
    unknown = Check(
        maybe(f"what the {query} query of {alarm.address} finds"), f"its {query} query is not evaluated", "", argument
    )
    own = decide_link(LinkKind.ALARM, alarm, [unknown, *_acts(alarm, monitoring)])
    actions = () if isinstance(alarm.alarm_actions, Unknown) else alarm.alarm_actions
    return LinkPath((own,)).then(notification_path(alarm_publisher(alarm, alarm.alarm_name), actions, monitoring, own))


def _closest(
    routes: Sequence[_Route],
    heads: Sequence[_TrailPath],
    good: Sequence[_Route],
    monitoring: Monitoring,
    about: tuple[EventType, ...],
    events: tuple[EventType, ...],
    benchmark: str,
) -> LinkPath:
    """Return the path to report when not all events are noticed, with the responsible link broken."""
    routes = [route for route in routes if route.about]
    if not routes:
        return _no_filter(heads, monitoring)
    fixing = [
        route
        for route in routes
        if route.path.answer is False and route.pattern is not None and _union([*good, route], events, benchmark).empty
    ]
    if fixing:
        return min(fixing, key=lambda route: route.path.rank()).path
    # No single route would do: the pattern breaks, of the filter that catches most of the events.
    route = min(routes, key=lambda route: (_gap_count(route, about, benchmark), route.path.rank()))
    if route.pattern is None:
        return route.path
    own, union = gaps_of((route.pattern,), events, benchmark), _union(routes, events, benchmark)
    if not union.empty and (len(union.missed), len(union.conditional)) < (len(own.missed), len(own.conditional)):
        return _with_broken_pattern(
            route, union, f"the patterns of {len(routes)} filters together {union.plural_description}"
        )
    return _with_broken_pattern(route, own, f"the pattern {own.description}")


def _with_broken_pattern(route: _Route, gaps: Gaps, found: str) -> LinkPath:
    """Return the path with its filter broken by the gaps of its pattern, unless it is broken already."""
    fix = f"add {join_names(gaps.missed)} to the pattern" if gaps.missed else "remove that condition from the pattern"
    links = tuple(
        replace(each, answer=False, found=found, fix=fix)
        if each.kind is LinkKind.METRIC_FILTER and not each.broken
        else each
        for each in route.path.links
    )
    return LinkPath(links)


def _no_filter(heads: Sequence[_TrailPath], monitoring: Monitoring) -> LinkPath:
    """Return the path when no metric filter is for the control's events."""
    if not heads:
        return LinkPath(
            (missing_link(LinkKind.TRAIL, False, f"no trail is in {monitoring.place}", "add an aws_cloudtrail"),)
        )
    head = best_path(head.path for head in heads)
    last = head.links[-1]
    group = last.address if last.kind is LinkKind.LOG_GROUP and last.address else "the log group of the trail"
    found = f"no metric filter on {group} is for these events"
    fix = "add an aws_cloudwatch_log_metric_filter; `sgwarden generate monitoring` writes it"
    return head.then(LinkPath((missing_link(LinkKind.METRIC_FILTER, False, found, fix, last),)))
