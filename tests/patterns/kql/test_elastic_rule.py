"""Elastic detection rules."""

from __future__ import annotations

import pytest

from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.kql.elastic_rule import parse_rule
from sgwarden.patterns.kql.parse import parse_query


def _rule(**members: str) -> str:
    return "[rule]\n" + "".join(f"{name} = '{value}'\n" for name, value in members.items())


def test_a_rule_of_type_query_asks_what_its_query_asks() -> None:
    rule = parse_rule(_rule(name="Groups", type="query", language="kuery", query="event.action: Create*"))
    assert (rule.name, rule.text, rule.warnings) == ("Groups", "event.action: Create*", ())
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
