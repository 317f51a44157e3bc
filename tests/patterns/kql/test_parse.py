"""KQL queries on documents, and what is no query."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.errors import EventPatternError
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
