"""Other ways to notice the same events: EventBridge rules with a live target, and AWS Config.

They meet the intent of a control and never the control itself, which asks for a metric filter and an alarm.
EventBridge sees the calls of its own region, and only while a trail logs them
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html); AWS Config tells how a security
group looks after a change, and not who made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgwarden.cloudtrail.catalogue import SECURITY_GROUP_CONTROL, Control, EventType
from sgwarden.model.monitoring import EventRule, EventTarget, Monitoring
from sgwarden.model.truth import Truth, any_of, truth_of
from sgwarden.model.values import Unknown
from sgwarden.monitoring.gaps import gaps_in
from sgwarden.monitoring.links.link import Link, LinkKind
from sgwarden.monitoring.links.topic import notification_path, rule_publisher
from sgwarden.patterns.coverage.decide_coverage import decide_coverage
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
    rules = [rule for rule in monitoring.event_rules if _is_live(rule, monitoring) is True]
    patterns = {rule.address: rule.event_pattern for rule in rules if isinstance(rule.event_pattern, str)}
    matchers = {address: event_pattern(str(pattern)) for address, pattern in patterns.items()}
    useful = {
        address: matcher
        for address, matcher in matchers.items()
        if matcher.problem is None
        and any(each.coverage != "none" for each in decide_coverage([matcher], events, benchmark))
    }
    if useful and gaps_in(decide_coverage(list(useful.values()), events, benchmark)).empty:
        names = " and ".join(sorted(useful))
        yield f"{names} (EventBridge, {'its region' if len(useful) == 1 else 'their regions'} alone)"


def _is_live(rule: EventRule, monitoring: Monitoring) -> Truth:
    """Return whether the rule is enabled and somebody gets its events."""
    state = "ENABLED" if rule.state is None else rule.state
    if isinstance(state, Unknown):
        return truth_of(state)
    if state not in _ENABLED or rule.may_exist is not None:
        return False
    return any_of(*(_target_is_live(rule, target, monitoring) for target in rule.targets))


def _target_is_live(rule: EventRule, target: EventTarget, monitoring: Monitoring) -> Truth:
    if target.target is None or target.may_exist is not None:
        return False
    if isinstance(target.target, Unknown) and target.target.address is None:
        return truth_of(target.target)
    topic = [
        topic
        for topic in monitoring.topics
        if isinstance(target.target, Unknown) and topic.address == target.target.address
    ]
    is_topic = bool(topic) or (isinstance(target.target, str) and ":sns:" in target.target)
    if not is_topic:
        return True  # a function, queue, bus ...: taken to be alive
    near = Link(LinkKind.ALARM, rule.address, True)
    path = notification_path(rule_publisher(rule, rule.name), [target.target], monitoring, near)
    # A subscription may be made by hand.
    return path.links[0].answer if path.links else False


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
