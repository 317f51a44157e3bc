"""The members of a CloudTrail record: known, possible or absent.

Source: "CloudTrail record contents" and "CloudTrail userIdentity element"
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html). What
those pages call optional is possible here; a name they do not list is absent, so that a misspelt field is noticed.
Decisions where they leave room:

- responseElements of a failed call is null, its requestParameters the request, an empty object or null; all seen in
  published records.
- sessionCredentialFromConsole is the text "true" when present.
- userAgent is always present in the record of an API call.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sgwarden.cloudtrail.shapes import (
    Anything,
    Array,
    Choice,
    Known,
    Member,
    Number,
    Object,
    OneOf,
    Shape,
    Text,
)

_IDENTITY_TYPES = (
    "Root",
    "IAMUser",
    "AssumedRole",
    "Role",
    "FederatedUser",
    "Directory",
    "AWSAccount",
    "AWSService",
    "IdentityCenterUser",
    "SAMLUser",
    "WebIdentityUser",
    "Unknown",
)
ERROR_CODE = Text()
"""The error code of a failed call: ``Client.UnauthorizedOperation``, ``Client.DryRunOperation``, ``AccessDenied`` ..."""


def _optional(shape: Shape) -> Member:
    return Member(shape, always=False)


_TEXT = Text()
_SESSION_CONTEXT = Object(
    {
        "sessionIssuer": _optional(
            Object({name: _optional(_TEXT) for name in ("type", "principalId", "arn", "accountId", "userName")})
        ),
        "webIdFederationData": _optional(Object({}, open=True)),
        "attributes": _optional(
            Object({"creationDate": _optional(_TEXT), "mfaAuthenticated": _optional(Choice(("true", "false")))})
        ),
        "sourceIdentity": _optional(_TEXT),
        "ec2RoleDelivery": _optional(_TEXT),
        "assumedRoot": _optional(Choice(("true", "false"))),
    }
)
USER_IDENTITY = Object(
    {
        "type": Member(Choice(_IDENTITY_TYPES)),
        "principalId": _optional(_TEXT),
        "arn": _optional(Text("arn:")),
        "accountId": _optional(_TEXT),
        "accessKeyId": _optional(_TEXT),
        "userName": _optional(_TEXT),
        "sessionContext": _optional(_SESSION_CONTEXT),
        "invokedBy": _optional(_TEXT),
        "identityProvider": _optional(_TEXT),
        "credentialId": _optional(_TEXT),
        "onBehalfOf": _optional(Object({"userId": _optional(_TEXT), "identityStoreArn": _optional(_TEXT)})),
        "inScopeOf": _optional(Object({}, open=True)),
    }
)
_BEFORE: Mapping[str, Member] = {
    "eventVersion": Member(Text("1.")),
    "userIdentity": Member(USER_IDENTITY),
    "eventTime": Member(_TEXT),
}
_CALL: Mapping[str, Member] = {
    "awsRegion": Member(_TEXT),
    "sourceIPAddress": Member(_TEXT),
    "userAgent": Member(_TEXT),
}
_AFTER: Mapping[str, Member] = {
    "additionalEventData": _optional(Object({}, open=True)),
    "requestID": _optional(_TEXT),
    "eventID": Member(_TEXT),
}
_LAST: Mapping[str, Member] = {
    "apiVersion": _optional(_TEXT),
    "managementEvent": Member(Known(True)),
    "recipientAccountId": Member(_TEXT),
    "sharedEventID": _optional(_TEXT),
    "vpcEndpointId": _optional(Text("vpce-")),
    "vpcEndpointAccountId": _optional(_TEXT),
    "eventCategory": Member(Known("Management")),
    "addendum": _optional(Object({}, open=True)),
    "resources": _optional(Array(Object({}, open=True))),
    "eventContext": _optional(Object({}, open=True)),
    "sessionCredentialFromConsole": _optional(Known("true")),
    "tlsDetails": _optional(
        Object({name: _optional(_TEXT) for name in ("tlsVersion", "cipherSuite", "clientProvidedHostHeader")})
    ),
}
_READ_ONLY = {truth: Member(Known(truth)) for truth in (True, False)}
_EVENT_TYPES = {name: Member(Known(name)) for name in ("AwsApiCall", "AwsConsoleSignIn", "AwsServiceEvent")}
_ANY_RESPONSE = Member(OneOf((Object({}, open=True), Known(None))), always=False)
_NO_RESPONSE = Member(Known(None), always=False)
_FAILURE: Mapping[str, Member] = {"errorCode": Member(ERROR_CODE), "errorMessage": _optional(_TEXT)}


def record_shape(
    source: str | None,
    name: str | None,
    request: Member,
    response: Member | None = None,
    *,
    read_only: bool = False,
    event_type: str = "AwsApiCall",
    failed: bool = False,
) -> Object:
    """Return the shape of an event's records, in CloudTrail's order; ``source`` or ``name`` None: any.

    ``response`` is the answer to a call that succeeds; None: any object, or none at all.
    """
    members: dict[str, Member] = dict(_BEFORE)
    members["eventSource"] = Member(Known(source) if source else _TEXT)
    members["eventName"] = Member(Known(name) if name else _TEXT)
    members.update(_CALL)
    if failed:
        members.update(_FAILURE)
        request = _or_nothing(request)
    members["requestParameters"] = request
    members["responseElements"] = _NO_RESPONSE if failed or read_only else response or _ANY_RESPONSE
    members.update(_AFTER)
    members["readOnly"] = _READ_ONLY[read_only]
    members["eventType"] = _EVENT_TYPES[event_type]
    members.update(_LAST)
    return Object(members)


@cache
def _or_nothing(member: Member) -> Member:
    return Member(OneOf((member.shape, Object({}), Known(None))))


def shape_of(description: object) -> Shape:
    """Return the shape that a data file describes.

    A text: ``"any"``, ``"text"``, ``"text:START"``, ``"text!OTHER_THAN"``, ``"number"``, ``"boolean"`` or ``"=VALUE"`` for
    a known text; null, true and false: that value; a list: one of these texts, or of these objects; an object: its members, a name with
    ``?`` possible and one without always present, and ``"...": true`` allowing others; an object with the one member
    ``"[]"``: an array of at least one such element.

    Raises:
        ValueError: anything else.
    """
    if isinstance(description, Mapping) and "[]" in description:
        return Array(shape_of(description["[]"]), may_be_empty=False)
    if isinstance(description, Mapping):
        members = {
            name.removesuffix("?"): Member(shape_of(inner), always=not name.endswith("?"))
            for name, inner in description.items()
            if name != "..."
        }
        return Object(members, open=bool(description.get("...")))
    if isinstance(description, list) and any(isinstance(each, Mapping) for each in description):
        return OneOf(tuple(shape_of(each) for each in description))
    if isinstance(description, list):
        return Choice(tuple(description))
    match description:
        case "any":
            return Anything()
        case "number":
            return Number()
        case "boolean":
            return Choice((True, False))
        case None | bool():
            return Known(description)
        case str() if description.startswith("="):
            return Known(description[1:])
        case str() if description == "text" or description.startswith("text:"):
            return Text(description[5:])
        case str() if description.startswith("text!"):
            return Text(other_than=(description[5:],))
        case _:
            raise ValueError(f"not the description of a shape: {description!r}")
