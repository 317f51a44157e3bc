"""Patterns of the controls, drawn from the event catalogue.

Filter patterns of controls that list API calls are worded as the benchmark words them (Security Hub asks for exactly
that text); those of the four controls about circumstances are rows here, and tests hold all of them against the
catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sgwarden.cloudtrail.catalogue import Control, EventClass, EventType, security_group_events

LONGEST = 1_024
"""Characters of a filter pattern (PutMetricFilter)."""
_WITH_SOURCE = frozenset({7, 8, 9, 15})
"""Controls whose pattern in the benchmark also asks for the event's source."""

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
_EVENTBRIDGE: dict[int, dict[str, object]] = {
    1: {"errorCode": [{"wildcard": "*UnauthorizedOperation"}, {"prefix": "AccessDenied"}]},
    2: {
        "eventName": ["ConsoleLogin"],
        "userIdentity": {"type": ["IAMUser"]},
        "additionalEventData": {"MFAUsed": [{"anything-but": "Yes"}]},
        "responseElements": {"ConsoleLogin": ["Success"]},
    },
    3: {
        "userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]},
        "eventType": [{"anything-but": "AwsServiceEvent"}],
    },
    6: {"eventName": ["ConsoleLogin"], "errorMessage": ["Failed authentication"]},
}
_SIGN_IN = "AWS Console Sign In via CloudTrail"
_API_CALL = "AWS API Call via CloudTrail"
_DETAIL_TYPES = {2: [_SIGN_IN], 3: [_API_CALL, _SIGN_IN], 6: [_SIGN_IN]}
_KQL = {
    1: (
        "event.dataset:aws.cloudtrail and (aws.cloudtrail.error_code:*UnauthorizedOperation or "
        "(aws.cloudtrail.error_code:AccessDenied* and not event.action:HeadBucket))"
    ),
    2: (
        "event.dataset:aws.cloudtrail and event.provider:signin.amazonaws.com and event.action:ConsoleLogin and "
        "aws.cloudtrail.user_identity.type:IAMUser and "
        "aws.cloudtrail.console_login.additional_eventdata.mfa_used:false and event.outcome:success"
    ),
    3: (
        "event.dataset:aws.cloudtrail and aws.cloudtrail.user_identity.type:Root and "
        "not aws.cloudtrail.user_identity.invoked_by:* and not aws.cloudtrail.event_type:AwsServiceEvent"
    ),
    6: (
        "event.dataset:aws.cloudtrail and event.provider:signin.amazonaws.com and event.action:ConsoleLogin and "
        "event.outcome:failure"
    ),
}


def filter_pattern(control: Control, events: Sequence[EventType]) -> str:
    """A CloudWatch Logs filter pattern that catches every record of the events of a control, and no other.

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
    if len(pattern) > LONGEST:
        raise ValueError(f"the pattern of {control.title} has {len(pattern)} characters, {LONGEST} are possible")
    return pattern


def _condition(event: EventType) -> str:
    named = f"($.eventName = {event.name})"
    # Calls that may leave the groups alone: their records hold groupSet only when they do not.
    return named if event.case is None else f"({named} && ($.requestParameters.groupSet.items[0].groupId = *))"


def recommended(benchmark: str) -> tuple[EventType, ...]:
    """The events about security groups that a version of the benchmark does not list and that should be noticed."""
    return tuple(event for event in security_group_events() if event.class_under(benchmark) is EventClass.RECOMMENDED)


def event_pattern(control: Control, events: Sequence[EventType]) -> str:
    """An EventBridge event pattern for the same events, as JSON."""
    detail = _EVENTBRIDGE.get(control.number)
    pattern: dict[str, object] = {"detail-type": _DETAIL_TYPES.get(control.number, [_API_CALL])}
    if detail is None:
        plain = [event.name for event in events if event.case is None]
        conditional = [event.name for event in events if event.case is not None]
        sources = sorted({str(event.source) for event in events})
        pattern["source"] = [f"aws.{source.split('.')[0]}" for source in sources]
        detail = {"eventSource": sources, "eventName": plain}
        if conditional:
            swapped = {
                "eventSource": sources,
                "eventName": conditional,
                "requestParameters": {"groupSet": {"items": {"groupId": [{"exists": True}]}}},
            }
            detail = {"$or": [detail, swapped]} if plain else swapped
    return json.dumps(pattern | {"detail": detail}, indent=2)


def kql_query(control: Control, events: Sequence[EventType]) -> str:
    """An Elastic query for the same events, over the fields of its AWS integration."""
    if control.number in _KQL:
        return _KQL[control.number]
    sources = sorted({str(event.source) for event in events})
    plain = [str(event.name) for event in events if event.case is None]
    conditional = [str(event.name) for event in events if event.case is not None]
    alternatives = [f"event.action:({' or '.join(plain)})"] if plain else []
    if conditional:
        swaps = f"event.action:({' or '.join(conditional)})"
        alternatives.append(f"({swaps} and aws.cloudtrail.flattened.request_parameters.groupSet:*)")
    actions = alternatives[0] if len(alternatives) == 1 else f"({' or '.join(alternatives)})"
    return f"event.dataset:aws.cloudtrail and event.provider:({' or '.join(sources)}) and {actions}"
