"""Design a monitoring chain: which filters and alarms to write, and which links exist already."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from sgwarden.cloudtrail.catalogue import Control, EventType, control, controls
from sgwarden.generate.filter_patterns import filter_pattern, recommended_events
from sgwarden.model.monitoring import LogGroup, Monitoring, Topic
from sgwarden.model.values import Unknown
from sgwarden.monitoring.chain import Chain, evaluate_chain
from sgwarden.monitoring.links.delivery import delivery_of
from sgwarden.monitoring.links.link import Link, LinkKind
from sgwarden.monitoring.links.topic import alarm_publisher, publish_check
from sgwarden.monitoring.links.trail import trail_link

RECOMMENDED = "recommended"


class MonitoredEvents(Struct, frozen=True):
    """Events to notice: those of a control, or the recommended ones beyond it."""

    control: Control
    events: tuple[EventType, ...]
    label: str
    """``4.10`` or ``recommended``."""

    @property
    def title(self) -> str:
        """The title for people."""
        return f"{self.control.title} beyond the list" if self.label == RECOMMENDED else self.control.title

    @property
    def slug(self) -> str:
        """The title in resource names: ``security-group-changes``."""
        base = re.sub(r"[^a-z0-9]+", "-", self.control.title.lower()).strip("-")
        return f"{base}-{RECOMMENDED}" if self.label == RECOMMENDED else base


class Watch(Struct, frozen=True):
    """One metric filter with its alarm."""

    monitored: MonitoredEvents
    pattern: str


class Design(Struct, frozen=True):
    """The resources to write."""

    watches: tuple[Watch, ...]
    alarms: tuple[tuple[MonitoredEvents, str], ...] = ()
    """Alarms that existing filters lack: the events, and the address of the filter."""
    log_group: str | None = None
    """Expression of the name of a log group that a trail delivers to; None: trail and group are written."""
    topic: str | None = None
    """Expression of the ARN of an existing topic; None: a topic is written."""
    subscription: bool = True
    """Whether a subscription is written."""
    notes: tuple[str, ...] = ()
    """What must change in existing code, as sentences."""

    @property
    def empty(self) -> bool:
        """True if there is nothing to write."""
        return not self.watches and not self.alarms and (self.topic is None or not self.subscription)


def select_events(labels: Sequence[str], benchmark: str) -> tuple[MonitoredEvents, ...]:
    """Return the events of ids such as ``4.10``, control numbers and ``recommended``; without any, all.

    Raises:
        ValueError: there is no such control in that version of the benchmark.
    """
    known = {each.id_under(benchmark): each for each in controls() if each.id_under(benchmark) is not None}
    found: list[MonitoredEvents] = []
    for label in labels or [*(str(name) for name in known), RECOMMENDED]:
        if label == RECOMMENDED:
            found.append(MonitoredEvents(control(10), recommended_events(benchmark), RECOMMENDED))
            continue
        each = known.get(label) or next((c for i, c in known.items() if str(c.number) == label), None)
        if each is None:
            names = ", ".join(str(name) for name in known)
            raise ValueError(f"{benchmark} has no monitoring control {label}; one of {names} or {RECOMMENDED}")
        found.append(MonitoredEvents(each, each.required_events(benchmark), str(each.id_under(benchmark))))
    return tuple(dict.fromkeys(found))


def design_chain(requested: Sequence[MonitoredEvents]) -> Design:
    """Return the design of a chain from its first link to its last."""
    return Design(tuple(Watch(each, filter_pattern(each.control, each.events)) for each in requested))


def design_missing(requested: Sequence[MonitoredEvents], monitoring: Monitoring, benchmark: str) -> Design:
    """Return the design of what existing code lacks."""
    watches: list[Watch] = []
    alarms: list[tuple[MonitoredEvents, str]] = []
    notes: list[str] = []
    unsubscribed = False
    for each in requested:
        found = evaluate_chain(each.control, monitoring, benchmark, each.events)
        if found.answer is True:
            continue
        filter_address = _without_alarm(found)
        if filter_address is not None:
            alarms.append((each, filter_address))
            continue
        watch, note = _lacking(each, found)
        watches += [watch] if watch is not None else []
        notes += [note] if note else []
        unsubscribed = unsubscribed or (found.broken is not None and found.broken.kind is LinkKind.SUBSCRIPTION)
    group, topic = _log_group(monitoring, requested), _topic(monitoring)
    subscribed = topic is not None and _has_subscription(topic, monitoring)
    return Design(
        watches=tuple(watches),
        alarms=tuple(alarms),
        log_group=group,
        topic=_reference(topic.address, "arn") if topic is not None else None,
        subscription=(bool(watches or alarms) or unsubscribed) and not subscribed,
        notes=tuple(dict.fromkeys(notes)),
    )


def _without_alarm(found: Chain) -> str | None:
    """Return the filter of the root module that lacks nothing but an alarm; None if there is none."""
    broken = found.broken
    if found.answer is not False or broken is None or broken.kind is not LinkKind.ALARM or broken.address is not None:
        return None
    filters = [each.address for each in found.links if each.kind is LinkKind.METRIC_FILTER and each.address]
    return filters[0] if filters and _in_root(filters[0]) else None


def _lacking(monitored: MonitoredEvents, found: Chain) -> tuple[Watch | None, str]:
    """Return the filter and alarm that a control lacks, or a note on what existing code must change."""
    broken = found.broken
    assert broken is not None
    if found.answer is not False:
        return None, "" if broken.kind is LinkKind.SUBSCRIPTION else f"{monitored.title} is undecided: {broken.reason}"
    whole_pattern = filter_pattern(monitored.control, monitored.events)
    if broken.kind is LinkKind.METRIC_FILTER:
        missed = set(found.gaps.missed)
        events = tuple(event for event in monitored.events if event.name in missed and event.case is None)
        if found.filters and events and len(events) == len(missed) and not found.gaps.conditional:
            return Watch(monitored, filter_pattern(monitored.control, events)), ""
        return Watch(monitored, whole_pattern), ""
    if broken.kind is LinkKind.ALARM and broken.address is None:
        return Watch(monitored, whole_pattern), ""
    note = _note(broken)
    if broken.kind in (LinkKind.TRAIL, LinkKind.DELIVERY, LinkKind.LOG_GROUP):
        has_filter = any(link.kind is LinkKind.METRIC_FILTER and link.answer is True for link in found.links)
        return (None if has_filter else Watch(monitored, whole_pattern)), note
    return None, note


def _note(broken: Link) -> str:
    if broken.address is None:
        return ""
    return f"{broken.address}: {broken.found}; {broken.fix}"


def _log_group(monitoring: Monitoring, requested: Sequence[MonitoredEvents]) -> str | None:
    """Return the name of the log group of the first usable trail."""
    events = tuple(event for each in requested for event in each.events)
    ranked = sorted(monitoring.trails, key=lambda trail: (trail_link(trail, events).broken, trail.address))
    for trail in ranked:
        target = delivery_of(trail, monitoring)
        if target.log_group is None:
            continue
        group = next((each for each in monitoring.log_groups if each.address == target.log_group.address), None)
        expression = (
            _name_of(group) if group is not None else f'"{target.name}"' if isinstance(target.name, str) else None
        )
        if expression is not None:
            return expression
    return None


def _name_of(group: LogGroup) -> str | None:
    if _in_root(group.address):
        return _reference(group.address, "name")
    return f'"{group.name}"' if isinstance(group.name, str) else None


def _topic(monitoring: Monitoring) -> Topic | None:
    """Return a topic of the root module that lets alarms publish, preferably one with a subscription."""
    usable = []
    for topic in monitoring.topics:
        publisher = alarm_publisher(topic, "alarm")
        if not _in_root(topic.address) or topic.may_exist is not None or topic.kms_master_key_id == "alias/aws/sns":
            continue
        if publish_check(topic, publisher).answer is True:
            usable.append(topic)
    return min(usable, key=lambda topic: (not _has_subscription(topic, monitoring), topic.address), default=None)


def _has_subscription(topic: Topic, monitoring: Monitoring) -> bool:
    return any(
        isinstance(each.topic_arn, Unknown) and each.topic_arn.address == topic.address
        for each in monitoring.subscriptions
    )


def _in_root(address: str) -> bool:
    return not address.startswith("module.")


def _reference(address: str, attribute: str) -> str:
    return f"{address}.{attribute}"
