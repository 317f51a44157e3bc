"""The chain of one control: every way from a trail to a subscription, and which of them notice the control's events.

Any complete chain satisfies, and the patterns of all complete chains count together. A source without any
of the resources that a link could be is broken there; a link through something that is not in the
code is undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.cloudtrail.catalogue import Control, EventType
from sgwarden.model.monitoring import Alarm, CompositeAlarm, MetricFilter, MetricTransformation, Monitoring, Trail
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import Answer, same
from sgwarden.monitoring.arns import shown
from sgwarden.monitoring.links.alarm import (
    Watched,
    action_checks,
    alarm_checks,
    near_miss,
    region_check,
    watched,
    watches,
)
from sgwarden.monitoring.links.composite_alarm import composite_checks, mentions
from sgwarden.monitoring.links.delivery import Delivered, delivered
from sgwarden.monitoring.links.filter import Caught, caught, filter_link, is_about, listed, relevant
from sgwarden.monitoring.links.link import Check, Link, LinkKind, Path, best, link, missing
from sgwarden.monitoring.links.topic import alarm_sender, told
from sgwarden.monitoring.links.trail import trail_link


class Chain(Struct, frozen=True):
    """How far the events of a control come."""

    answer: Answer
    """Whether every event reaches somebody; Unknown: it hangs on something the source does not tell."""
    links: tuple[Link, ...]
    """Of the way that comes closest, in order, up to the link behind which there is nothing."""
    broken: Link | None
    """The first link that breaks, or is not decided; None when the chain is complete."""
    lacking: Caught = field(default_factory=Caught)
    """What the patterns of complete chains do not catch."""
    filters: tuple[str, ...] = ()
    """Addresses of the filters whose chains are complete."""


class _Way(Struct, frozen=True):
    """One filter with the best way to it and from it."""

    path: Path
    pattern: str | None
    """None: not known."""
    address: str
    about: bool
    """Whether the filter is meant for the events, and does not catch some of them by accident."""


class _Head(Struct, frozen=True):
    path: Path
    target: Delivered


def chain(
    control: Control, monitoring: Monitoring, benchmark: str, events: tuple[EventType, ...] | None = None
) -> Chain:
    """The chain for the events that the control asks for under a benchmark (or for other events, when given)."""
    wanted = control.required_events(benchmark) if events is None else events
    heads = [_head(trail, monitoring, wanted) for trail in monitoring.trails]
    about = tuple(dict.fromkeys((*control.required_events(benchmark), *wanted)))
    ways = list(_ways(heads, monitoring, about, benchmark))
    good = [way for way in ways if way.path.answer is True and way.pattern is not None]
    lacking = _union(good, wanted, benchmark)
    if lacking.everything:
        shown_way = min(good, key=lambda way: way.address)
        return Chain(True, shown_way.path.links, None, lacking, tuple(sorted(way.address for way in good)))
    possible = good + [way for way in ways if isinstance(way.path.answer, Unknown)]
    way = _doubt(possible, wanted, benchmark)
    if way is not None:
        broken = way.path.first_break
        assert broken is not None
        return Chain(
            Unknown(broken.reason), way.path.links, broken, lacking, tuple(sorted(way.address for way in good))
        )
    path = _closest(ways, heads, good, monitoring, about, wanted, benchmark)
    broken = path.first_break
    if not monitoring.complete and broken is not None and broken.address is None:
        # What was not read may hold the very link that is missing.
        unread = replace(broken, answer=Unknown("not everything was read"))
        return Chain(
            unread.answer, (*path.links[:-1], unread), unread, lacking, tuple(sorted(way.address for way in good))
        )
    return Chain(False, path.links, path.first_break, lacking, tuple(sorted(way.address for way in good)))


def _union(ways: Sequence[_Way], events: tuple[EventType, ...], benchmark: str) -> Caught:
    patterns = tuple(sorted({way.pattern for way in ways if way.pattern is not None}))
    return caught(patterns, events, benchmark)


def _doubt(possible: Sequence[_Way], events: tuple[EventType, ...], benchmark: str) -> _Way | None:
    """The undecided way without which the events are not all noticed; None when they are not even with all."""
    undecided = [way for way in possible if way.path.answer is not True]
    if not undecided:
        return None
    unknown_pattern = any(way.pattern is None for way in undecided)
    if not unknown_pattern and not _union(possible, events, benchmark).everything:
        return None
    return min(undecided, key=lambda way: (way.pattern is None, _lack(way, events, benchmark), way.path.rank()))


def _lack(way: _Way, events: tuple[EventType, ...], benchmark: str) -> int:
    if way.pattern is None:
        return len(events)
    found = caught((way.pattern,), events, benchmark)
    return len(found.missed) + len(found.conditional)


def _head(trail: Trail, monitoring: Monitoring, events: tuple[EventType, ...]) -> _Head:
    target = delivered(trail, monitoring)
    first = trail_link(trail, events)
    links = (first, target.delivery) if target.log_group is None else (first, target.delivery, target.log_group)
    return _Head(Path(links), target)


def _ways(
    heads: Sequence[_Head], monitoring: Monitoring, events: tuple[EventType, ...], benchmark: str
) -> Iterator[_Way]:
    for metric_filter in monitoring.metric_filters:
        pattern = metric_filter.pattern
        if isinstance(pattern, Unknown):
            text = None
        elif relevant(metric_filter, events, benchmark):
            text = pattern or ""
        else:
            continue
        tail = _tail(metric_filter, monitoring)
        options = [head.path.then(Path((_filter(metric_filter, head),))).then(tail) for head in heads]
        if not heads:
            options = [_without_trail(metric_filter, monitoring).then(tail)]
        meant = text is None or is_about(text, events, benchmark)
        yield _Way(best(options), text, metric_filter.address, meant)


def _filter(metric_filter: MetricFilter, head: _Head) -> Link:
    group = head.target.log_group
    if group is None:
        return filter_link(metric_filter, None, None)
    return filter_link(metric_filter, head.target.name, group, head.target.region)


def _without_trail(metric_filter: MetricFilter, monitoring: Monitoring) -> Path:
    """The head of a filter in a source without any trail."""
    name = metric_filter.log_group_name
    group = next(
        (
            each
            for each in monitoring.log_groups
            if name is not None and each.name is not None and same(name, each.name) is True
        ),
        None,
    )
    own = filter_link(metric_filter, None, None)
    if group is None:
        reason = f"no trail is in {monitoring.place}, and neither is the log group {shown(name)}"
        return Path((missing(LinkKind.TRAIL, Unknown(reason), reason, "", own), own))
    found = f"no trail is in {monitoring.place} that delivers to {group.address}"
    trail = missing(LinkKind.TRAIL, False, found, f"add an aws_cloudtrail that delivers to {group.address}", own)
    return Path((trail, own))


def _tail(metric_filter: MetricFilter, monitoring: Monitoring) -> Path:
    """The best way from the metric of a filter to a subscription."""
    published = metric_filter.metric_transformation
    own = filter_link(metric_filter, None, None)
    if not isinstance(published, MetricTransformation):
        unknown = published if isinstance(published, Unknown) else Unknown("the metric of the filter")
        return Path((missing(LinkKind.ALARM, unknown, "which metric it publishes is not known", "", own),))
    paths: list[Path] = []
    misses: list[Link] = []
    for alarm in monitoring.alarms:
        if isinstance(alarm.metric_queries, Unknown):
            continue
        for metric in watched(alarm):
            if watches(metric, published) is not False:
                paths += _from_alarm(alarm, metric, published, metric_filter, monitoring)
            else:
                miss = near_miss(metric, metric_filter, published)
                if miss is not None:
                    misses.append(link(LinkKind.ALARM, alarm, [miss]))
    if paths:
        return best(paths)
    if misses:
        return Path((misses[0],))
    unknown_queries = next((a.metric_queries for a in monitoring.alarms if isinstance(a.metric_queries, Unknown)), None)
    found = f"no alarm watches the metric {shown(published.namespace)}/{shown(published.name)}"
    answer: Answer = False if unknown_queries is None else unknown_queries
    fix = f"add an aws_cloudwatch_metric_alarm on {metric_filter.address}.metric_transformation[0].name"
    return Path((missing(LinkKind.ALARM, answer, found, fix, own),))


def _from_alarm(
    alarm: Alarm, metric: Watched, published: MetricTransformation, metric_filter: MetricFilter, monitoring: Monitoring
) -> Iterator[Path]:
    """The ways on from one alarm: by its own actions, and by those of composite alarms over it."""
    checks = list(alarm_checks(alarm, metric, published, metric_filter.region))
    acting: list[tuple[Alarm | CompositeAlarm, list[Check]]] = [(alarm, [])]
    for composite in monitoring.composite_alarms:
        answer = mentions(composite, alarm)
        if answer is not False:
            more = [Check(answer, f"whether {composite.address} is over {alarm.address} is not known")]
            more += [region_check(composite.region, alarm.region, alarm.address), *composite_checks(composite, alarm)]
            acting.append((composite, more))
    for actor, more in acting:
        own = [*checks, *more, *action_checks(actor.actions_enabled, actor.alarm_actions)]
        whole = link(LinkKind.ALARM, actor if _decided_by(more, checks) else alarm, own, "raised by a single event")
        actions = () if isinstance(actor.alarm_actions, Unknown) else actor.alarm_actions
        tail = told(alarm_sender(actor, actor.alarm_name), actions, monitoring, whole)
        yield Path((whole,)).then(tail)


def _decided_by(more: Sequence[Check], checks: Sequence[Check]) -> bool:
    """Whether the acting alarm is the one to show: the child is, when it is the child that fails."""
    return all(check.answer is not False for check in checks)


def _closest(
    ways: Sequence[_Way],
    heads: Sequence[_Head],
    good: Sequence[_Way],
    monitoring: Monitoring,
    about: tuple[EventType, ...],
    events: tuple[EventType, ...],
    benchmark: str,
) -> Path:
    """The way to show when not all events are noticed, with the link that is to blame broken."""
    ways = [way for way in ways if way.about]
    if not ways:
        return _no_filter(heads, monitoring)
    mending = [
        way
        for way in ways
        if way.path.answer is False and way.pattern is not None and _union([*good, way], events, benchmark).everything
    ]
    if mending:
        return min(mending, key=lambda way: way.path.rank()).path
    # No one way would do: it is the pattern that breaks, of the filter that is most about the control.
    way = min(ways, key=lambda way: (_lack(way, about, benchmark), way.path.rank()))
    if way.pattern is None:
        return way.path
    own, union = caught((way.pattern,), events, benchmark), _union(ways, events, benchmark)
    if not union.everything and (len(union.missed), len(union.conditional)) < (len(own.missed), len(own.conditional)):
        return _with_broken_pattern(way, union, f"the patterns of {len(ways)} filters together {union.plural}")
    return _with_broken_pattern(way, own, f"the pattern {own.words}")


def _with_broken_pattern(way: _Way, lacking: Caught, found: str) -> Path:
    """The way, its filter broken by what its pattern does not catch (unless the filter is broken already)."""
    fix = f"add {listed(lacking.missed)} to the pattern" if lacking.missed else "remove that condition from the pattern"
    links = tuple(
        replace(each, answer=False, found=found, fix=fix)
        if each.kind is LinkKind.METRIC_FILTER and not each.broken
        else each
        for each in way.path.links
    )
    return Path(links)


def _no_filter(heads: Sequence[_Head], monitoring: Monitoring) -> Path:
    """No metric filter is about the control's events."""
    if not heads:
        return Path((missing(LinkKind.TRAIL, False, f"no trail is in {monitoring.place}", "add an aws_cloudtrail"),))
    head = best(head.path for head in heads)
    last = head.links[-1]
    group = last.address if last.kind is LinkKind.LOG_GROUP and last.address else "the log group of the trail"
    found = f"no metric filter on {group} is for these events"
    fix = "add an aws_cloudwatch_log_metric_filter; `sgwarden generate monitoring` writes it"
    return head.then(Path((missing(LinkKind.METRIC_FILTER, False, found, fix, last),)))
