"""EventBridge event patterns: every operator on documents, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.eventbridge.parse import parse_event_pattern

EVENT: dict[str, Any] = {
    "source": "aws.ec2",
    "region": "eu-west-1",
    "resources": ["arn:a", "arn:b"],
    "detail": {
        "eventName": "AuthorizeSecurityGroupIngress",
        "sourceIPAddress": "10.0.0.7",
        "readOnly": False,
        "responseElements": None,
        "count": 3,
        "requestParameters": {"ipPermissions": {"items": [{"ports": [22, 80]}, {"ports": []}]}},
    },
}


def _detail(**members: Any) -> dict[str, Any]:
    return {"detail": members}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.ec2"]}, True),
        ({"source": ["aws.s3", "aws.ec2"], "region": ["eu-west-1"]}, True),
        ({"source": ["aws.ec2"], "region": ["us-east-1"]}, False),
        ({"resources": ["arn:b"]}, True),
        (_detail(eventName=[{"prefix": "Authorize"}]), True),
        (_detail(eventName=[{"prefix": "authorize"}]), False),
        (_detail(eventName=[{"prefix": {"equals-ignore-case": "authorize"}}]), True),
        (_detail(eventName=[{"suffix": "Ingress"}]), True),
        (_detail(eventName=[{"suffix": {"equals-ignore-case": "INGRESS"}}]), True),
        (_detail(eventName=[{"wildcard": "Authorize*Ingress"}]), True),
        (_detail(eventName=[{"wildcard": "*Security*Egress"}]), False),
        (_detail(eventName=[{"wildcard": "Authorize\\*"}]), False),
        (_detail(eventName=[{"equals-ignore-case": "AUTHORIZESECURITYGROUPINGRESS"}]), True),
        (_detail(eventName=[{"anything-but": "CreateSecurityGroup"}]), True),
        (_detail(eventName=[{"anything-but": ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"]}]), False),
        (_detail(eventName=[{"anything-but": {"prefix": "Describe"}}]), True),
        (_detail(eventName=[{"anything-but": {"suffix": ["gress", "x"]}}]), False),
        (_detail(eventName=[{"anything-but": {"wildcard": "*Group*"}}]), False),
        (_detail(eventName=[{"anything-but": {"equals-ignore-case": "x"}}]), True),
        (_detail(errorCode=[{"anything-but": "x"}]), False),
        (_detail(errorCode=[{"exists": False}]), True),
        (_detail(errorCode=[{"exists": True}]), False),
        (_detail(eventName=[{"exists": True}]), True),
        (_detail(responseElements=[{"exists": True}]), True),
        (_detail(requestParameters=[{"exists": True}]), False),
        (_detail(requestParameters=[{"exists": False}]), True),
        (_detail(responseElements=[None]), True),
        (_detail(readOnly=[False]), True),
        (_detail(readOnly=["false"]), False),
        (_detail(count=[3]), True),
        (_detail(count=["3"]), False),
        (_detail(count=[3.0]), True),
        (_detail(count=[{"numeric": [">", 0, "<=", 3]}]), True),
        (_detail(count=[{"numeric": ["=", 4]}]), False),
        (_detail(count=[{"anything-but": [1, 2]}]), True),
        (_detail(eventName=[{"numeric": [">", 0]}]), False),
        (_detail(sourceIPAddress=[{"cidr": "10.0.0.0/24"}]), True),
        (_detail(sourceIPAddress=[{"cidr": "10.1.0.0/24"}]), False),
        (_detail(eventName=[{"cidr": "10.1.0.0/24"}]), False),
        (_detail(requestParameters={"ipPermissions": {"items": {"ports": [80]}}}), True),
        (_detail(requestParameters={"ipPermissions": {"items": {"ports": [443]}}}), False),
        ({"$or": [{"source": ["aws.s3"]}, {"region": ["eu-west-1"]}]}, True),
        (_detail(**{"$or": [{"eventName": ["x"]}, {"errorCode": [{"exists": True}]}]}), False),
        (_detail(eventName=["x", {"prefix": "Auth"}]), True),
    ],
    ids=str,
)
def test_patterns_on_one_event(pattern: dict[str, Any], expected: bool) -> None:
    assert holds(parse_event_pattern(json.dumps(pattern)), EVENT) is expected


def test_a_rule_as_the_command_line_prints_it_is_read_too() -> None:
    assert holds(parse_event_pattern(json.dumps({"EventPattern": {"source": ["aws.ec2"]}})), EVENT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1: not JSON: Expecting property name enclosed in double quotes"),
        ("[]", "an event pattern is an object with at least one member"),
        ("{}", "an event pattern is an object with at least one member"),
        ('{"source": "aws.ec2"}', "source: values stand in an array: [...]"),
        ('{"source": []}', "source: an empty array matches nothing and is refused"),
        ('{"detail": {}}', "detail: an empty object matches nothing and is refused"),
        ('{"detail": {"a": [{"regex": "x"}]}}', "detail.a: regex: there is no such operator"),
        ('{"detail": {"a": [{"prefix": "x", "suffix": "y"}]}}', "detail.a: an operator is an object with one member"),
        ('{"a": [{"prefix": 5}]}', "a: prefix: takes a text"),
        ('{"a": [{"exists": "yes"}]}', "a: exists: takes true or false"),
        ('{"a": [{"numeric": [">"]}]}', 'a: numeric: takes an operator and a number, once or twice: [">", 0, "<=", 5]'),
        ('{"a": [{"numeric": ["!", 1]}]}', "a: numeric: the operators are = < <= > >=, each before a number"),
        ('{"a": [{"cidr": "x"}]}', "a: cidr: not an address range: x"),
        ('{"a": [{"wildcard": "**"}]}', "a: wildcard: wildcards cannot stand side by side"),
        ('{"a": [{"anything-but": []}]}', "a: anything-but: takes texts and numbers"),
        ('{"a": [{"anything-but": {"cidr": "10.0.0.0/8"}}]}', "a: anything-but: cannot be combined with cidr"),
        ('{"$or": [{"a": ["x"]}]}', "$or: $or takes an array of two objects or more"),
        ('{"$or": [{"b": ["x"]}, ' * 60 + '{"a": ["x"]}' + "]}" * 60, "nested too deeply"),
        ('{"a":' * 60 + '["x"]' + "}" * 60, ".".join("a" * 51) + ": nested too deeply"),
    ],
)
def test_what_eventbridge_refuses(text: str, message: str) -> None:
    with pytest.raises(EventPatternError) as caught:
        parse_event_pattern(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_constants_of_python_are_no_json(value: str) -> None:
    with pytest.raises(EventPatternError, match="is no value"):
        parse_event_pattern(f'{{"detail": {{"a": [{{"numeric": [">", {value}]}}]}}}}')


def test_a_boolean_is_no_number() -> None:
    with pytest.raises(EventPatternError, match="each before a number"):
        parse_event_pattern('{"detail": {"a": [{"numeric": [">", true]}]}}')
