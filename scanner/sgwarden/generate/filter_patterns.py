"""CloudWatch Logs filter patterns for the events of a control.

Patterns of controls that list API calls have the wording of the benchmark (Security Hub compares the text); those of
the four controls about circumstances are rows here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.cloudtrail.catalogue import Control, EventClass, EventType, security_group_events
from sgwarden.patterns.filter_patterns.parse import MAX_CHARACTERS

_WITH_SOURCE = frozenset({7, 8, 9, 15})
"""Controls whose pattern in the benchmark also tests the event's source."""

_FILTERS = {
    1: (
        '{ ($.errorCode = "*UnauthorizedOperation") || (($.errorCode = "AccessDenied*") && '
        '($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket")) }'
    ),
    2: (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
    ),
    3: ('{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'),
    6: '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
}


def filter_pattern(control: Control, events: Sequence[EventType]) -> str:
    """Return a filter pattern that catches every record of the events of a control, and no other.

    Raises:
        ValueError: the pattern would be longer than the service takes.
    """
    if control.number in _FILTERS:
        return _FILTERS[control.number]
    listed = " || ".join(_condition(event) for event in events)
    sources = {event.source for event in events}
    if control.number in _WITH_SOURCE and len(sources) == 1:
        pattern = f"{{ ($.eventSource = {sources.pop()}) && ({listed}) }}"
    else:
        pattern = f"{{ {listed} }}"
    if len(pattern) > MAX_CHARACTERS:
        raise ValueError(f"the pattern of {control.title} has {len(pattern)} characters, {MAX_CHARACTERS} are possible")
    return pattern


def _condition(event: EventType) -> str:
    named = f"($.eventName = {event.name})"
    # Calls that may leave the groups alone: their records hold groupSet only when they do not.
    return named if event.case is None else f"({named} && ($.requestParameters.groupSet.items[0].groupId = *))"


def recommended_events(benchmark: str) -> tuple[EventType, ...]:
    """Return the events about security groups that the benchmark does not list and that should be noticed."""
    return tuple(event for event in security_group_events() if event.class_under(benchmark) is EventClass.RECOMMENDED)
