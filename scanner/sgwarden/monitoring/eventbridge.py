"""Other ways to notice the same events: EventBridge rules with a live target, and AWS Config.

They meet the intent of a control and never the control itself, which asks for a metric filter and an alarm.
EventBridge sees the calls of its own region, and only while a trail logs them
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html); AWS Config tells how a security
group looks after a change, and not who made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sgwarden.cloudtrail.catalogue import SECURITY_GROUP_CONTROL, Control, EventType
from sgwarden.model.monitoring import EventRule, EventTarget, Monitoring, bus_name
from sgwarden.model.truth import Truth, any_of, maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.monitoring.gaps import gaps_in
from sgwarden.monitoring.links.link import Link, LinkKind
from sgwarden.monitoring.links.topic import notification_path, rule_publisher
from sgwarden.patterns.coverage.decide_coverage import decide_coverage
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.patterns.eventbridge.parse import event_pattern

_ENABLED = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
_GROUP_TYPE = "AWS::EC2::SecurityGroup"


def find_alternatives(control: Control, monitoring: Monitoring, benchmark: str) -> tuple[str, ...]:
    """Return what certainly meets the intent of the control by other means, in words."""
    return (
        *_event_rules(monitoring, control.required_events(benchmark), benchmark),
        *(_config(monitoring) if control.number == SECURITY_GROUP_CONTROL else ()),
    )


def _event_rules(monitoring: Monitoring, events: Sequence[EventType], benchmark: str) -> Iterator[str]:
    rules = [
        rule
        for rule in monitoring.event_rules
        if bus_name(rule.event_bus_name) == "default" and _is_live(rule, monitoring) is True
    ]
    useful = {
        rule.address: matcher
        for rule in rules
        if (matcher := _matcher(rule)) is not None
        and any(each.coverage != "none" for each in decide_coverage([matcher], events, benchmark))
    }
    if useful and gaps_in(decide_coverage(list(useful.values()), events, benchmark)).empty:
        names = " and ".join(sorted(useful))
        yield f"{names} (EventBridge, {'its region' if len(useful) == 1 else 'their regions'} alone)"


def _matcher(rule: EventRule) -> Matcher | None:
    """Return the pattern of a rule; None where it is not known or invalid."""
    matcher = event_pattern(rule.event_pattern) if isinstance(rule.event_pattern, str) else None
    return matcher if matcher is not None and matcher.problem is None else None


def _is_live(rule: EventRule, monitoring: Monitoring, passed: frozenset[str] = frozenset()) -> Truth:
    """Return whether the rule is enabled and somebody gets its events; ``passed`` are buses that they came through."""
    state = "ENABLED" if rule.state is None else rule.state
    if isinstance(state, Unknown):
        return truth_of(state)
    if state not in _ENABLED or rule.may_exist is not None:
        return False
    return any_of(*(_target_is_live(rule, target, monitoring, passed) for target in rule.targets))


def _target_is_live(rule: EventRule, target: EventTarget, monitoring: Monitoring, passed: frozenset[str]) -> Truth:
    if target.target is None or target.may_exist is not None:
        return False
    if isinstance(target.target, Unknown) and target.target.address is None:
        return truth_of(target.target)
    if _is_bus(target.target):
        return _bus_is_live(rule, target.target, monitoring, passed)
    topic = [
        topic
        for topic in monitoring.topics
        if isinstance(target.target, Unknown) and topic.address == target.target.address
    ]
    is_topic = bool(topic) or (isinstance(target.target, str) and ":sns:" in target.target)
    if not is_topic:
        return True  # a function, a queue ...: taken to be alive
    near = Link(LinkKind.ALARM, rule.address, True)
    path = notification_path(rule_publisher(rule, rule.name), [target.target], monitoring, near)
    # A subscription may be made by hand.
    return path.links[0].answer if path.links else False


def _is_bus(target: str | Unknown) -> bool:
    if isinstance(target, str):
        return ":event-bus/" in target
    return "aws_cloudwatch_event_bus." in (target.address or "")


def _bus_is_live(rule: EventRule, bus: str | Unknown, monitoring: Monitoring, passed: frozenset[str]) -> Truth:
    """Return whether a rule on an event bus passes on what ``rule`` sends to it.

    A bus of another account or region is not among what was read.
    """
    if isinstance(bus, Unknown):
        return maybe(f"who gets the events of {bus.address}")
    pieces = bus.split(":")
    for own, other in ((rule.region, pieces[3]), (rule.account, pieces[4])):
        if isinstance(own, str) and own != other:
            return maybe(f"who gets the events of {bus}")
    if bus in passed or bus_name(bus) == "default":
        return False
    behind = [
        each
        for each in monitoring.event_rules
        if bus_name(each.event_bus_name) == bus_name(bus) and each.region == rule.region and _passes(each, rule)
    ]
    live = any_of(*(_is_live(each, monitoring, passed | {bus}) for each in behind))
    if live is False and not (monitoring.exhaustive and monitoring.complete):
        return maybe(f"who gets the events of {bus}")
    return live


def _passes(behind: EventRule, rule: EventRule) -> bool:
    """Return True if a rule on the bus certainly passes on what ``rule`` sends there.

    It has the same pattern, or one that compares only members of the event that are texts (source, account ...) with
    all that the other allows.
    """
    if behind.event_pattern == rule.event_pattern:
        return True
    wider, narrower = _members(behind), _members(rule)
    return bool(wider) and all(
        _texts(allowed) and _texts(narrower.get(name)) and _texts(narrower.get(name)) <= _texts(allowed)
        for name, allowed in wider.items()
    )


def _members(rule: EventRule) -> dict[str, object]:
    try:
        content = json.loads(rule.event_pattern) if isinstance(rule.event_pattern, str) else None
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _texts(allowed: object) -> set[str]:
    """Return the texts that a member of a pattern allows; none for operators and nested members."""
    if not isinstance(allowed, list) or not all(isinstance(each, str) for each in allowed):
        return set()
    return set(allowed)


def _config(monitoring: Monitoring) -> Iterator[str]:
    notifying = [
        recorder.address
        for recorder in monitoring.config_recorders
        if recorder.is_enabled is True
        and recorder.sns_topic_arn is not None
        and (
            recorder.all_supported is True
            or (not isinstance(recorder.resource_types, Unknown) and _GROUP_TYPE in recorder.resource_types)
        )
    ]
    if notifying:
        more = len(notifying) - 1
        others = f" and {more} more recorder{'s' if more > 1 else ''}" if more else ""
        yield f"{notifying[0]}{others} (AWS Config with notifications, its region alone)".replace(
            "its region", "their regions" if others else "its region"
        )
