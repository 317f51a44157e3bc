"""KQL queries for the events of a control, over the fields of Elastic's AWS integration."""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.cloudtrail.catalogue import Control, EventType
from sgwarden.generate.design import Design

_QUERIES = {
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


def render(design: Design) -> str:
    """Return one query a line; for several controls, each after a comment with its name."""
    lines: list[str] = []
    for watch in design.watches:
        if len(design.watches) > 1:
            lines.append(f"// {watch.monitored.label} {watch.monitored.title}")
        lines.append(kql_query(watch.monitored.control, watch.monitored.events))
    return "\n".join(lines) + "\n"


def kql_query(control: Control, events: Sequence[EventType]) -> str:
    """Return a query that matches the events."""
    if control.number in _QUERIES:
        return _QUERIES[control.number]
    sources = sorted({str(event.source) for event in events})
    plain = [str(event.name) for event in events if event.case is None]
    conditional = [str(event.name) for event in events if event.case is not None]
    alternatives = [f"event.action:({' or '.join(plain)})"] if plain else []
    if conditional:
        swaps = f"event.action:({' or '.join(conditional)})"
        alternatives.append(f"({swaps} and aws.cloudtrail.flattened.request_parameters.groupSet:*)")
    actions = alternatives[0] if len(alternatives) == 1 else f"({' or '.join(alternatives)})"
    return f"event.dataset:aws.cloudtrail and event.provider:({' or '.join(sources)}) and {actions}"
