"""Why a text is no pattern, for each kind of pattern."""

from __future__ import annotations

import pytest

from sgwarden.patterns.filter_patterns.diagnosis import explain


@pytest.mark.parametrize(
    ("pattern", "position", "reason"),
    [
        ("{ }", 2, "there is no condition between { and }"),
        ("{ $.a = }", 8, "a value is missing"),
        ("{ $.a = 1 && }", 13, "a condition is missing after the last operator"),
        ("{ $.a = a:b }", 9, "a value with ':' must be in double quotes"),
        ("{ $.a = :b }", 8, "a value with ':' must be in double quotes"),
        (
            "{ $.a ~ b }",
            6,
            "there is no operator ~; a regular expression is compared with = and written between % signs",
        ),
        ("{ $.a IS NOT NULL }", 9, "IS NOT is not supported; write NOT EXISTS, IS TRUE, IS FALSE or IS NULL"),
        ("{ $.a LIKE b }", 6, "there is no such operator; the operators are = != < > <= >= IS and NOT EXISTS"),
        ("{ $.a b }", 6, "after a selector comes = != < > <= >= IS or NOT EXISTS"),
        ("{ a = b }", 2, "a condition begins with a selector, as in $.eventName"),
        ('{ $.a = "b }', 8, "the double quote that opens here is never closed"),
        ("[a, b] c", 7, "a pattern that starts with [ must end with ]"),
        ("[a] b]", 4, "nothing may follow the closing ]"),
        ("[a = 'b']", 5, "values take double quotes, not single ones"),
        ("[(a = b)]", 1, "conditions of a field take no parentheses"),
        ("[$.a = b]", 1, "fields have plain names; selectors with $. belong into { }"),
        ("-", 1, "a term is missing"),
        ('"a', 0, "the double quote that opens here is never closed"),
        ("%a", 0, "the % that opens a regular expression here is never closed, or nothing stands between the two"),
        ("$.a", 0, "a pattern with selectors must be in braces: { $.eventName = ... }"),
        ("a/b", 1, "a term with '/' must be in double quotes"),
    ],
)
def test_reasons(pattern: str, position: int, reason: str) -> None:
    assert explain(pattern, position) == reason
