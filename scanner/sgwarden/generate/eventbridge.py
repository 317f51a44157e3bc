"""EventBridge event patterns for the events of a control."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sgwarden.cloudtrail.catalogue import Control, EventType
from sgwarden.generate.design import Design

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


def render(design: Design) -> str:
    """Return the event pattern; for several controls, one object with a pattern for each."""
    patterns = {
        w.monitored.slug: json.loads(event_pattern(w.monitored.control, w.monitored.events)) for w in design.watches
    }
    document = next(iter(patterns.values())) if len(patterns) == 1 else patterns
    return json.dumps(document, indent=2) + "\n"


def event_pattern(control: Control, events: Sequence[EventType]) -> str:
    """Return an event pattern that matches the events, as JSON."""
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
