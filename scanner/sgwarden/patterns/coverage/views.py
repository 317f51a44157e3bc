"""CloudTrail events as each pattern language sees them: shapes to decide over, documents to match.

Sources:

- CloudWatch Logs: the record as it is, and as one line of compact JSON.
- EventBridge: "AWS service events delivered via AWS CloudTrail"
  (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html): the record under
  ``detail``; ``detail-type`` is "AWS API Call via CloudTrail", for sign-ins "AWS Console Sign In via CloudTrail".
- Elastic: the fields of https://www.elastic.co/docs/reference/integrations/aws/cloudtrail. ``event.outcome`` is
  ``failure`` when the record has an errorCode or errorMessage, or the sign-in failed. request_parameters is a text in
  Java's notation (``{groupSet={items=[...]}}``). Fields that the integration derives and this module does not list are
  possible with any value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from sgwarden.cloudtrail.catalogue import EventType, event_names
from sgwarden.cloudtrail.shapes import (
    Anything,
    Array,
    ForeignNames,
    Known,
    Member,
    Object,
    OneOf,
    Rendering,
    Shape,
    Text,
    certain_fragments,
)


class View(StrEnum):
    """How a pattern language sees an event."""

    RECORD = "record"
    MESSAGE = "message"
    EVENTBRIDGE = "eventbridge"
    ELASTIC = "elastic"


_DETAIL_TYPES = {"AwsConsoleSignIn": "AWS Console Sign In via CloudTrail"}
_API_CALL = "AWS API Call via CloudTrail"


def shape_in(view: View, event: EventType, *, failed: bool = False) -> Shape | None:
    """Return the shape of an event's documents in one view; None if there are none.

    EventBridge delivers reads only to rules on all management events; they count as not delivered.
    """
    record = event.failure if failed else event.success
    if record is None or (view is View.EVENTBRIDGE and event.read_only):
        return None
    return _shape(view, record)


@cache
def foreign_names() -> ForeignNames:
    """Return the names of events, which occur in another event's record only by accident."""
    return ForeignNames(event_names())


@cache
def _shape(view: View, record: Object) -> Shape:
    match view:
        case View.RECORD:
            return record
        case View.MESSAGE:
            return Rendering(certain_fragments(record), foreign_names())
        case View.EVENTBRIDGE:
            return _eventbridge(record)
        case View.ELASTIC:
            return _elastic(record)


def record_text(record: Mapping[str, object]) -> str:
    """Return a record as CloudTrail writes it into a log stream: compact JSON in one line."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def document_in(view: View, record: Mapping[str, object]) -> object:
    """Return a concrete CloudTrail record as one view shows it."""
    match view:
        case View.RECORD:
            return record
        case View.MESSAGE:
            return record_text(record)
        case View.EVENTBRIDGE:
            return _eventbridge_document(record)
        case View.ELASTIC:
            return _elastic_document(record)


def _eventbridge(record: Object) -> Object:
    source, kind = record.members["eventSource"].shape, record.members["eventType"].shape
    origin: Shape = Text("aws.")
    if isinstance(source, Known):
        origin = Known(_aws_source(str(source.value)))
    event_type = str(kind.value) if isinstance(kind, Known) else ""
    return Object(
        {
            "version": Member(Known("0")),
            "id": Member(Text()),
            "detail-type": Member(Known(_DETAIL_TYPES.get(event_type, _API_CALL))),
            "source": Member(origin),
            "account": Member(record.members["recipientAccountId"].shape),
            "time": Member(Text()),
            "region": Member(record.members["awsRegion"].shape),
            "resources": Member(Array(Text())),
            "detail": Member(record),
        }
    )


def _aws_source(event_source: str) -> str:
    return "aws." + event_source.removesuffix(".amazonaws.com")


def _eventbridge_document(record: Mapping[str, object]) -> dict[str, object]:
    return {
        "version": "0",
        "id": record.get("eventID"),
        "detail-type": _DETAIL_TYPES.get(str(record.get("eventType", "")), _API_CALL),
        "source": _aws_source(str(record.get("eventSource", ""))),
        "account": record.get("recipientAccountId"),
        "time": record.get("eventTime"),
        "region": record.get("awsRegion"),
        "resources": [],
        "detail": record,
    }


_RENAMED = {
    "event_version": "eventVersion",
    "event_type": "eventType",
    "event_category": "eventCategory",
    "error_code": "errorCode",
    "error_message": "errorMessage",
    "request_id": "requestID",
    "api_version": "apiVersion",
    "management_event": "managementEvent",
    "read_only": "readOnly",
    "recipient_account_id": "recipientAccountId",
    "shared_event_id": "sharedEventID",
    "vpc_endpoint_id": "vpcEndpointId",
}
_IDENTITY = {"type": "type", "arn": "arn", "access_key_id": "accessKeyId", "invoked_by": "invokedBy"}
_FLATTENED = {
    "request_parameters": "requestParameters",
    "response_elements": "responseElements",
    "additional_eventdata": "additionalEventData",
}


def _elastic(record: Object) -> Object:
    trail = {name: record.members[member] for name, member in _RENAMED.items() if member in record.members}
    identity = _object_of(record.members["userIdentity"].shape)
    assert identity is not None
    known = {name: identity.members[member] for name, member in _IDENTITY.items() if member in identity.members}
    flattened = {
        name: Member(inner, record.members[member].always)
        for name, member in _FLATTENED.items()
        if member in record.members and (inner := _object_of(record.members[member].shape)) is not None
    }
    trail["user_identity"] = Member(Object(known, open=True))
    trail["flattened"] = Member(Object(flattened, open=True))
    for name, member in flattened.items():
        trail[name] = Member(Rendering(_java_fragments(member.shape)), member.always)
    dataset = Known("aws.cloudtrail")
    event = {
        "dataset": Member(dataset),
        "module": Member(Known("aws")),
        "kind": Member(Known("event")),
        "provider": record.members["eventSource"],
        "action": record.members["eventName"],
        "outcome": Member(Known(_outcome(record))),
        "original": Member(Rendering(certain_fragments(record), foreign_names()), always=False),
    }
    cloud = {"provider": Member(Known("aws")), "region": record.members["awsRegion"]}
    cloud["account"] = Member(Object({"id": record.members["recipientAccountId"]}, open=True))
    source = {"address": record.members["sourceIPAddress"], "ip": Member(Text(), always=False)}
    return Object(
        {
            "event": Member(Object(event, open=True)),
            "data_stream": Member(Object({"dataset": Member(dataset), "type": Member(Known("logs"))}, open=True)),
            "aws": Member(Object({"cloudtrail": Member(Object(trail, open=True))}, open=True)),
            "cloud": Member(Object(cloud, open=True)),
            "source": Member(Object(source, open=True)),
            "user_agent": Member(Object({"original": record.members["userAgent"]}, open=True)),
        },
        open=True,
    )


def _outcome(record: Object) -> str:
    response = _object_of(record.members["responseElements"].shape)
    login = response.members.get("ConsoleLogin") if response else None
    failed = login is not None and isinstance(login.shape, Known) and login.shape.value == "Failure"
    return "failure" if failed or "errorCode" in record.members or "errorMessage" in record.members else "success"


def _object_of(shape: Shape) -> Object | None:
    shapes = shape.shapes if isinstance(shape, OneOf) else (shape,)
    return next((each for each in shapes if isinstance(each, Object)), None)


def _java_fragments(shape: Shape) -> tuple[str, ...]:
    """Return the names and known texts that certainly occur in an object written in Java's notation."""
    if not isinstance(shape, Object):
        return ()
    found: list[str] = []
    for name, member in shape.members.items():
        if not member.always:
            continue
        found.append(f"{name}={member.shape.value}" if isinstance(member.shape, Known) else f"{name}=")
        inner = member.shape.item if isinstance(member.shape, Array) else member.shape
        if not (isinstance(member.shape, Array) and member.shape.may_be_empty) and not isinstance(inner, Anything):
            found.extend(_java_fragments(inner))
    return tuple(found)


def _elastic_document(record: Mapping[str, object]) -> dict[str, object]:
    identity = _mapping(record.get("userIdentity"))
    flattened = {name: record[member] for name, member in _FLATTENED.items() if record.get(member) is not None}
    login = _mapping(record.get("responseElements")).get("ConsoleLogin")
    failed = "errorCode" in record or "errorMessage" in record or login == "Failure"
    trail: dict[str, object] = {name: record[member] for name, member in _RENAMED.items() if member in record}
    trail["user_identity"] = {name: identity[member] for name, member in _IDENTITY.items() if member in identity}
    trail["flattened"] = flattened
    trail |= {name: _java_text(value) for name, value in flattened.items()}
    return {
        "event": {
            "dataset": "aws.cloudtrail",
            "module": "aws",
            "kind": "event",
            "provider": record.get("eventSource"),
            "action": record.get("eventName"),
            "outcome": "failure" if failed else "success",
            "original": record_text(record),
        },
        "data_stream": {"dataset": "aws.cloudtrail", "type": "logs"},
        "aws": {"cloudtrail": trail},
        "cloud": {
            "provider": "aws",
            "region": record.get("awsRegion"),
            "account": {"id": record.get("recipientAccountId")},
        },
        "source": {"address": record.get("sourceIPAddress")},
        "user_agent": {"original": record.get("userAgent")},
    }


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _java_text(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}={_java_text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_java_text(element) for element in value) + "]"
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)
