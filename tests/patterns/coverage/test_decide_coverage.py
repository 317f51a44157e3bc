"""Coverage of single patterns, of several together, and of other languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.cloudtrail.catalogue import EventClass, control, controls, security_group_events
from sgwarden.patterns.coverage.decide_coverage import Coverage, coverage_of, decide_coverage
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.patterns.eventbridge.parse import event_pattern
from sgwarden.patterns.filter_patterns.match import filter_pattern
from sgwarden.patterns.kql.elastic_rule import elastic_rule
from sgwarden.patterns.kql.parse import kql_query
from tests import paths

FIXTURES = paths.FIXTURES / "filter_patterns"
RECORDS: list[dict[str, Any]] = [
    row
    for row in json.loads((FIXTURES / "records.json").read_text(encoding="utf-8"))
    if not row["what"].endswith("changes the type")  # the catalogue counts it as noise
]
EXPECTATIONS: list[dict[str, Any]] = json.loads((FIXTURES / "expectations.json").read_text(encoding="utf-8"))
SIX = control(10).required_events("cis-aws-3.0.0")
RULE = (FIXTURES / "elastic_2024_11.toml").read_text(encoding="utf-8")


def _names(*names: str) -> str:
    return "{ " + " || ".join(f"($.eventName = {name})" for name in names) + " }"


def _levels(*matchers: Matcher) -> dict[str, str]:
    return {str(each.event.name): each.coverage for each in decide_coverage(matchers, SIX, "cis-aws-3.0.0")}


def _conditions(*matchers: Matcher) -> set[str | None]:
    return {each.condition for each in decide_coverage(matchers, SIX, "cis-aws-3.0.0")}


def test_the_elastic_rule_of_november_2024_misses_two_required_events() -> None:
    coverage = coverage_of([elastic_rule(RULE)])
    assert coverage.missing(EventClass.REQUIRED) == ("AuthorizeSecurityGroupIngress", "DeleteSecurityGroup")
    assert coverage.conditional(EventClass.REQUIRED) == ()
    assert (coverage.valid, coverage.complete, coverage.includes_failed_calls) == (True, False, False)
    assert [(each.event.name, each.event.case) for each in coverage.noise] == [
        ("ModifyInstanceAttribute", "leaves the groups alone")
    ]


def test_the_rule_with_a_condition_on_groups_makes_no_noise() -> None:
    query = (
        'event.dataset: "aws.cloudtrail" and event.provider: "ec2.amazonaws.com" and event.outcome: "success" and '
        'event.action: "ModifyInstanceAttribute" and '
        "aws.cloudtrail.flattened.request_parameters.groupSet.items.groupId: *"
    )
    coverage = coverage_of([kql_query(query)])
    assert [each.event.name for each in coverage.events if each.coverage == "full"] == ["ModifyInstanceAttribute"]
    assert coverage.noise == ()


def test_a_query_with_the_wrong_provider_says_why_it_never_matches() -> None:
    coverage = coverage_of([kql_query(f"event.provider: iam.amazonaws.com and event.action: ({SIX[0].name} or x)")])
    assert coverage.events[0].reason == 'asks that event.provider is "iam.amazonaws.com", which is never so'
    assert coverage.events[1].reason == "the name is not matched"


def test_patterns_are_taken_together() -> None:
    first, second = _names(*(str(event.name) for event in SIX[:4])), _names(*(str(event.name) for event in SIX[4:]))
    assert set(_levels(filter_pattern(first), filter_pattern(second)).values()) == {"full"}
    assert set(_levels(filter_pattern(first), event_pattern('{"source": ["aws.ec2"]}')).values()) == {"full"}


def test_two_halves_of_a_condition_make_a_whole() -> None:
    names = "$.eventName = *SecurityGroup*"
    mine = filter_pattern(f"{{ {names} && $.userIdentity.invokedBy NOT EXISTS }}")
    theirs = filter_pattern(f"{{ {names} && $.userIdentity.invokedBy = * }}")
    assert _conditions(mine) == {"userIdentity.invokedBy is absent"}
    assert _conditions(theirs) == {"userIdentity.invokedBy has a value"}
    assert set(_levels(mine, theirs).values()) == {"full"}


@pytest.mark.parametrize(
    ("pattern", "condition"),
    [
        ("$.awsRegion = us-east-1", 'awsRegion is "us-east-1"'),
        ("$.awsRegion = us-* || $.awsRegion = eu-*", 'awsRegion starts with "us-" or starts with "eu-"'),
        ("$.userIdentity.invokedBy != x", 'userIdentity.invokedBy has a value that is not "x"'),
        ("$.awsRegion != *-1 && $.userAgent = %Terra.orm%", 'awsRegion has a value that does not end with "-1" and userAgent matches %Terra.orm%'),
        ("$.readOnly IS FALSE && $.userIdentity.type = Root", 'userIdentity.type is "Root"'),
        ("$.awsRegion = a || ($.awsRegion = b && $.userAgent = c)", 'awsRegion is "a" or (awsRegion is "b" and userAgent is "c")'),
        ("$.errorCode not exists", "CloudWatch Logs takes keywords that are not in capitals (undocumented)"),
    ],
)  # fmt: skip
def test_conditions_are_said_in_words(pattern: str, condition: str) -> None:
    assert _conditions(filter_pattern(f"{{ {pattern} }}")) == {condition}


@pytest.mark.parametrize(
    ("pattern", "level"),
    [
        ({"detail": {"eventName": [{"wildcard": "*SecurityGroup*"}]}}, "full"),
        ({"source": ["aws.ec2"], "detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventSource": ["ec2.amazonaws.com"]}}, "full"),
        ({"source": ["ec2.amazonaws.com"]}, "none"),
        ({"detail-type": ["AWS Console Sign In via CloudTrail"]}, "none"),
        ({"eventName": [{"prefix": "Authorize"}]}, "none"),
        ({"detail": {"errorCode": [{"exists": False}]}}, "full"),
        ({"detail": {"errorCode": [{"anything-but": "x"}]}}, "none"),
        ({"detail": {"eventName": [{"anything-but": {"prefix": "Describe"}}]}}, "full"),
        ({"region": ["eu-west-1"]}, "partial"),
        ({"detail": {"sourceIPAddress": [{"anything-but": "10.0.0.1"}]}}, "partial"),
        ({"detail": {"userIdentity": {"type": [{"exists": True}]}}}, "full"),
        ({"detail": {"$or": [{"awsRegion": ["x"]}, {"awsRegion": [{"anything-but": "x"}]}]}}, "full"),
        ({"detail": {"requestParameters": [{"exists": True}]}}, "none"),
    ],
    ids=str,
)  # fmt: skip
def test_event_patterns_are_decided_over_the_same_catalogue(pattern: dict[str, Any], level: str) -> None:
    assert set(_levels(event_pattern(json.dumps(pattern))).values()) == {level}


def test_eventbridge_does_not_deliver_reads() -> None:
    read = [event for event in security_group_events() if event.read_only]
    found = decide_coverage([event_pattern('{"source": ["aws.ec2"]}')], read, "cis-aws-3.0.0", reasons=True)
    assert {(each.coverage, each.reason) for each in found} == {
        ("none", "EventBridge does not deliver reads unless the rule asks for all management events")
    }


def test_an_invalid_pattern_catches_nothing_and_says_so() -> None:
    coverage = coverage_of([filter_pattern("{ $.eventName = }")])
    assert not coverage.valid
    assert {(each.coverage, each.reason) for each in coverage.events} == {("none", "no pattern is valid")}


def test_the_benchmark_decides_what_is_required() -> None:
    six = filter_pattern(_names(*(str(event.name) for event in SIX)))
    assert coverage_of([six], "cis-aws-3.0.0").complete
    newer = coverage_of([six], "cis-aws-5.0.0")
    assert (newer.complete, newer.missing(EventClass.REQUIRED)) == (False, ("ModifySecurityGroupRules",))


PRESCRIBED = {
    1: "{ ($.errorCode =*UnauthorizedOperation) || ($.errorCode =AccessDenied*) && "
    "($.sourceIPAddress!=delivery.logs.amazonaws.com) && ($.eventName!=HeadBucket) }",
    2: '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
    3: '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    6: '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    7: "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }",
}


@pytest.mark.parametrize("number", [each.number for each in controls()])
def test_what_the_benchmark_prescribes_covers_each_control(number: int) -> None:
    names = (str(event.name) for event in control(number).required_events("cis-aws-3.0.0"))
    prescribed = PRESCRIBED.get(number) or _names(*dict.fromkeys(names))
    coverage: Coverage = coverage_of([filter_pattern(prescribed)], "cis-aws-3.0.0", number)
    assert coverage.complete, coverage.events


def test_the_first_control_as_older_versions_print_it_matches_everything() -> None:
    """Its exclusions are joined with ``||``: every record's name differs from HeadBucket."""
    printed = (
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") || '
        '($.sourceIPAddress!="delivery.logs.amazonaws.com") || ($.eventName!="HeadBucket") }'
    )
    coverage = coverage_of([filter_pattern(printed)])
    assert {each.coverage for each in coverage.events} == {"full"}
    assert coverage.matches_unrelated_calls
    assert not coverage_of([filter_pattern(_names("CreateSecurityGroup"))]).matches_unrelated_calls


@pytest.mark.parametrize("row", RECORDS, ids=lambda row: row["what"])
def test_decisions_agree_with_evaluation_on_records(row: dict[str, Any]) -> None:
    record = row["record"]
    events = [event for event in security_group_events() if event.name == record["eventName"]]
    failed = "errorCode" in record
    for expectation in EXPECTATIONS:
        matcher = filter_pattern(expectation["pattern"])
        (found,) = decide_coverage([matcher], events, "cis-aws-3.0.0", reasons=True)
        level = found.failed_calls if failed else found.coverage
        if level != "partial" and matcher.problem is None and matcher.kind != "space_delimited":
            assert matcher.matches(record) is (level == "full"), expectation["pattern"]
