"""Coverage agrees with evaluation on every record that a reduced catalogue allows, in every language and in unions."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.cloudtrail.catalogue import EventType, security_group_events
from sgwarden.cloudtrail.shapes import Choice, Known, Member, Object
from sgwarden.patterns.coverage.decide_coverage import decide_coverage
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.patterns.eventbridge.parse import event_pattern
from sgwarden.patterns.filter_patterns.match import filter_pattern
from sgwarden.patterns.kql.parse import kql_query
from tests.cloudtrail.documents import documents

NAMES = ("AuthorizeSecurityGroupIngress", "CreateSecurityGroup", "ModifyInstanceAttribute", "DescribeSecurityGroups")
FREE = {"awsRegion": ("eu-west-1", "us-east-1"), "sourceIPAddress": ("10.0.0.1", "cloudformation.amazonaws.com")}
FIXED = ("eventVersion", "eventTime", "userAgent", "eventID", "recipientAccountId")


def _reduced(record: Object, failed: bool) -> Object:
    """The record with a few values for what is free, a few possible members and nothing else that is possible."""
    identity = Object(
        {"type": Member(Choice(("Root", "AssumedRole"))), "invokedBy": Member(Known("config.amazonaws.com"), False)}
    )
    members = {"userIdentity": Member(identity)}
    members |= {name: record.members[name] for name in ("eventSource", "eventName", "readOnly", "eventType")}
    members |= {name: Member(Choice(values)) for name, values in FREE.items()}
    members |= {name: Member(Known("1")) for name in FIXED}
    members |= {"requestParameters": Member(Object({"groupId": Member(Known("sg-1"), False)}))}
    members |= {"responseElements": Member(Known(None))}
    if failed:
        members["errorCode"] = Member(Choice(("AccessDenied", "Client.DryRunOperation")))
    return Object(members)


CATALOGUE = tuple(
    EventType(
        event.source,
        event.name,
        event.event_class,
        event.effect,
        success=_reduced(event.success, failed=False),
        failure=_reduced(event.success, failed=True),
    )
    for event in security_group_events()
    if event.name in NAMES
)


@cache
def _records(name: str, failed: bool) -> tuple[dict[str, Any], ...]:
    event = next(event for event in CATALOGUE if event.name == name)
    shape = event.failure if failed else event.success
    assert shape is not None
    return tuple(documents(shape))


_TEXT_VALUES = st.sampled_from(
    [*NAMES, "*SecurityGroup*", "Create*", "*Ingress", "eu-*", "us-east-1", "Root", "10.0.0.1", "*.amazonaws.com", "*", "x"]
)  # fmt: skip
_SELECTORS = st.sampled_from(
    [
        "eventName",
        "eventName",
        "eventName",
        "eventSource",
        "awsRegion",
        "sourceIPAddress",
        "errorCode",
        "readOnly",
        "userIdentity.type",
        "userIdentity.invokedBy",
        "requestParameters.groupId",
        "responseElements",
        "absent",
    ]
)


@st.composite
def _filter_tests(draw: st.DrawFn) -> str:
    selector = f"$.{draw(_SELECTORS)}"
    test = draw(st.sampled_from(["=", "=", "!=", "exists", "is", "regex"]))
    if test == "exists":
        return f"{selector} NOT EXISTS"
    if test == "is":
        return f"{selector} IS {draw(st.sampled_from(['TRUE', 'FALSE', 'NULL']))}"
    if test == "regex":
        return f"{selector} = %{draw(st.sampled_from(['^Create', 'Group', 'Group$', '^us|^eu', '.*']))}%"
    return f"{selector} {test} {draw(_TEXT_VALUES)}"


def _joined(parts: st.SearchStrategy[str], words: tuple[str, str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda word, operands: f"({word.join(operands)})",
        st.sampled_from(words),
        st.lists(parts, min_size=2, max_size=3),
    )


_FILTERS = (
    st.recursive(_filter_tests(), lambda parts: _joined(parts, (" && ", " || ")), max_leaves=6)
    .filter(lambda text: text.count("%") <= 4)
    .map(lambda text: filter_pattern(f"{{ {text} }}"))
)
_VALUE_TESTS = st.one_of(
    st.sampled_from([*NAMES, "Root", "eu-west-1", False, None]),
    st.builds(
        lambda operator, text: {operator: text},
        st.sampled_from(["prefix", "suffix", "anything-but", "equals-ignore-case", "wildcard"]),
        st.sampled_from([*NAMES, "eu-", "createsecuritygroup", "Group", "Root"]),
    ),
    st.booleans().map(lambda there: {"exists": there}),
    st.just({"cidr": "10.0.0.0/24"}),
)
_LEAVES = st.lists(_VALUE_TESTS, min_size=1, max_size=3)
_DETAIL = st.dictionaries(
    st.sampled_from(["eventName", "eventSource", "awsRegion", "sourceIPAddress", "errorCode", "readOnly", "responseElements"]),
    _LEAVES,
    min_size=1,
    max_size=3,
)  # fmt: skip
_EVENT_PATTERNS = st.one_of(
    _DETAIL.map(lambda detail: {"detail": detail}),
    st.lists(_DETAIL, min_size=2, max_size=3).map(lambda details: {"detail": {"$or": details}}),
    st.builds(lambda leaves: {"detail": {"userIdentity": {"invokedBy": leaves}}}, _LEAVES),
).map(lambda pattern: event_pattern(json.dumps(pattern)))
_QUERY_TESTS = st.builds(
    lambda field, value: f"{field}: {value}",
    st.sampled_from(["event.action", "event.provider", "event.outcome", "cloud.region", "source.address"]),
    st.sampled_from([*NAMES, "success", "failure", "eu-*", "*Group", "(success or Create*)", "(not Create*)", "*"]),
)
_QUERIES = st.recursive(
    st.one_of(_QUERY_TESTS, _QUERY_TESTS.map(lambda test: f"not {test}")),
    lambda parts: _joined(parts, (" and ", " or ")),
    max_leaves=5,
).map(kql_query)


def _agrees(*matchers: Matcher) -> None:
    assert all(matcher.problem is None for matcher in matchers), [matcher.problem for matcher in matchers]
    for each in decide_coverage(matchers, CATALOGUE, "cis-aws-3.0.0", reasons=True):
        for failed, level in ((False, each.coverage), (True, each.failed_calls)):
            said = {
                any(matcher.matches(record) for matcher in matchers)
                for record in _records(str(each.event.name), failed)
            }
            expected = "partial" if len(said) == 2 else "full" if said == {True} else "none"
            assert level == expected, (each.event.name, failed, [matcher.text for matcher in matchers])


@given(_FILTERS)
@settings(max_examples=200, deadline=None)
def test_filter_patterns(matcher: Matcher) -> None:
    _agrees(matcher)


@given(_EVENT_PATTERNS)
@settings(max_examples=150, deadline=None)
def test_event_patterns(matcher: Matcher) -> None:
    _agrees(matcher)


@given(_QUERIES)
@settings(max_examples=150, deadline=None)
def test_queries(matcher: Matcher) -> None:
    _agrees(matcher)


@given(_FILTERS, _FILTERS)
@settings(max_examples=100, deadline=None)
def test_unions(first: Matcher, second: Matcher) -> None:
    _agrees(first, second)
