"""KQL queries on documents, and Elastic rules around them."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.kql.elastic_rule import parse_rule
from sgwarden.patterns.kql.parse import parse_query

DOCUMENT: dict[str, Any] = {
    "event": {
        "dataset": "aws.cloudtrail",
        "action": "CreateSecurityGroup",
        "outcome": "success",
        "type": ["info", "change"],
    },
    "aws": {
        "cloudtrail": {
            "read_only": False,
            "flattened": {"request_parameters": {"groupSet": {"items": [{"groupId": "sg-1"}]}}},
        }
    },
    "message": "a value (with) blanks",
    "count": 3,
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("event.action: CreateSecurityGroup", True),
        ('event.action:"CreateSecurityGroup"', True),
        ("event.action: createsecuritygroup", False),
        ("event.action: Create*", True),
        ('event.action: "Create*"', False),
        ("event.action: *Security*oup", True),
        ("event.action: Create\\*", False),
        ("event.action: (DeleteSecurityGroup or CreateSecurityGroup)", True),
        ("event.action: (DeleteSecurityGroup OR Authorize*)", False),
        ("event.action: (Create* and not *Group)", False),
        ("event.type: (info and change)", True),
        ("event.type: deletion", False),
        ("not event.action: DeleteSecurityGroup", True),
        ("NOT event.absent: x", True),
        ("event.dataset: aws.cloudtrail and event.outcome: success", True),
        ("event.dataset: aws.cloudtrail and event.outcome: failure or count: 3", True),
        ("event.dataset: other and (event.outcome: success or count: 3)", False),
        ("event.absent: *", False),
        ("event.action: *", True),
        ("aws.cloudtrail.flattened.request_parameters.groupSet: *", True),
        ("aws.cloudtrail.flattened.request_parameters.groupSet.items.groupId: sg-*", True),
        ("aws.cloudtrail.read_only: false", True),
        ("count >= 3", True),
        ("count < 3", False),
        ("count: 3.0", True),
        ("message: a value \\(with\\) blanks", True),
        ('"event.action": CreateSecurityGroup', True),
        ("event.action: order", False),
        ("", True),
    ],
)
def test_queries_on_one_document(query: str, expected: bool) -> None:
    assert holds(parse_query(query), DOCUMENT) is expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("event.action:", "character 14: the query ends too early"),
        ("event.action: (a or b", "character 22: the query ends too early"),
        ("event.action: a)", "character 16: this parenthesis closes none that is open"),
        ('event.action: "a', "character 15: the double quote that opens here is never closed"),
        ("items: { a: b }", "character 8: nested queries ({ }) are not supported"),
        ("(" * 61 + "a: b" + ")" * 61, "nested too deeply"),
        ("a: b and and c: d", "character 15: KQL expects field: value here, joined with and, or, not"),
    ],
)
def test_what_is_no_query(query: str, message: str) -> None:
    with pytest.raises(EventPatternError) as caught:
        parse_query(query)
    assert str(caught.value) == message


def _rule(**members: str) -> str:
    return "[rule]\n" + "".join(f"{name} = '{value}'\n" for name, value in members.items())


def test_a_rule_of_type_query_asks_what_its_query_asks() -> None:
    rule = parse_rule(_rule(name="Groups", type="query", language="kuery", query="event.action: Create*"))
    assert (rule.name, rule.query, rule.warnings) == ("Groups", "event.action: Create*", ())
    assert rule.formula == parse_query("event.action: Create*")


def test_a_threshold_rule_warns() -> None:
    rule = parse_rule(_rule(type="threshold", query="event.action: Create*"))
    assert rule.warnings == ("a rule of type threshold does not alert on every event that its query matches",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x =", "not TOML: Invalid value (at end of document)"),
        ("[rule]\nname = 'x'", "the file holds no rule with a query"),
        (
            _rule(query="any", language="eql"),
            "rule.language: the query is in eql, and only KQL (kuery) can be evaluated",
        ),
        (_rule(query="any", type="machine_learning"), "rule.type: rules of type machine_learning cannot be evaluated"),
    ],
)
def test_rules_that_cannot_be_evaluated(text: str, message: str) -> None:
    with pytest.raises(EventPatternError) as caught:
        parse_rule(text)
    assert str(caught.value) == message
