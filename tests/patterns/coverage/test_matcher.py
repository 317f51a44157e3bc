"""Texts of every language as matchers, valid or not."""

from __future__ import annotations

import pytest

from sgwarden.patterns.coverage.matcher import Problem
from sgwarden.patterns.coverage.views import View
from sgwarden.patterns.eventbridge.parse import event_pattern
from sgwarden.patterns.filter_patterns.match import filter_pattern
from sgwarden.patterns.kql.elastic_rule import elastic_rule
from sgwarden.patterns.kql.parse import kql_query
from tests.paths import FIXTURES

RULE = (FIXTURES / "filter_patterns" / "elastic_2024_11.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "kind", "view"),
    [
        ("{ $.a = 1 }", "json", View.RECORD),
        ("", "everything", View.MESSAGE),
        ("a b", "unstructured", View.MESSAGE),
        ("%a%", "regex", View.MESSAGE),
        ("[a, b]", "space_delimited", View.MESSAGE),
    ],
)
def test_kinds_of_filter_patterns(text: str, kind: str, view: View) -> None:
    matcher = filter_pattern(text)
    assert (matcher.kind, matcher.view, matcher.problem) == (kind, view, None)


@pytest.mark.parametrize(("text", "kind"), [("{ $.a }", "json"), ("[a", "space_delimited"), ("a:b", "unstructured")])
def test_an_invalid_pattern_has_the_kind_it_seems_to_be(text: str, kind: str) -> None:
    matcher = filter_pattern(text)
    assert (matcher.kind, matcher.formula) == (kind, False)


def test_problems_have_a_position_and_a_pointer_where_there_is_one() -> None:
    assert filter_pattern("{ $.a == 1 }").problem == Problem(
        "equality is written with one =", 7, "{ $.a == 1 }\n       ^"
    )
    assert event_pattern("{}").problem == Problem("an event pattern is an object with at least one member")
    assert kql_query("a: (b").problem == Problem("character 6: the query ends too early", 5)
    assert elastic_rule("x =").problem == Problem("not TOML: Invalid value (at end of document)")


def test_an_elastic_rule_keeps_its_name() -> None:
    assert (elastic_rule(RULE).name, elastic_rule(RULE).kind) == (
        "AWS EC2 Security Group Configuration Change (November 2024)",
        "kql",
    )


def test_matchers_of_every_language_evaluate_records() -> None:
    record = {
        "eventSource": "ec2.amazonaws.com",
        "eventName": "DeleteSecurityGroup",
        "eventType": "AwsApiCall",
        "userIdentity": {"type": "IAMUser"},
    }
    assert filter_pattern("{ $.eventName = Delete* }").matches(record)
    assert event_pattern('{"source": ["aws.ec2"], "detail": {"eventName": [{"prefix": "Delete"}]}}').matches(record)
    assert kql_query("event.action: Delete* and event.outcome: success").matches(record)
    assert not elastic_rule(RULE).matches(record)
    assert not filter_pattern("{ $.eventName = }").matches(record)
